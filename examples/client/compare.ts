/** Compares two prompts on a service and says what to do: `node --import tsx examples/client/compare.ts`. */
import { createClient } from '../../src/client/index.ts';

const client = createClient({ url: process.env['PARETUNE_URL'] ?? 'http://127.0.0.1:8080' });
const prompt = (rule: string) => ({
  messages: [
    {
      role: 'system' as const,
      content: `You sort e-mails to a support desk into queues.
The labels are: billing, technical, account, shipping, feedback, sales.
${rule}
Answer with the label only.`,
    },
    { role: 'user' as const, content: '{{input}}' },
  ],
});

const { id } = await client.evaluations.submit({
  baseline: prompt('When a customer asks for money back, the label is billing.'),
  candidates: [prompt('Privacy requests, such as to erase personal data, are account.')],
  dataset: 'support-mails@latest',
  suite: { evaluators: [{ id: 'queue', type: 'exact-match' }] },
  gates: [{ metric: 'queue', notWorseThanBaseline: 0.05, perCohort: 'tier' }],
  models: {
    task: {
      provider: 'openai',
      model: 'gpt-6-luna',
      temperature: 0,
      maxOutputTokens: 20,
      providerOptions: { reasoning_effort: 'none' },
    },
  },
  budget: { usd: 1 },
});
for await (const _event of client.evaluations.events(id)) {
  // The stream ends with the evaluation; `_event` tells its progress.
}
const evaluation = await client.evaluations.get(id);
for (const { id: name, decision } of evaluation.candidates)
  if (decision) console.log(`${id}/${name} ${decision.decision}: ${decision.reason}`);
const lost = await client.evaluations.rows(id, 'c1', { outcome: 'lost', limit: 3 });
for (const row of lost.items) console.log(`lost ${row.rowId}: ${row.outputs.b}, expected ${row.expected}`);
