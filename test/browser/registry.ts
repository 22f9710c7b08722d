import { loadTask } from '../../fixtures/tasks/index.ts';
import type { Client } from '../../src/client/index.ts';
import type { CalibrationBody } from '../../src/client/resources/calibrations.ts';
import { componentsOf, promptContentSchema, withComponents } from '../../src/domain/prompt.ts';
import type { Environment } from './environment.ts';

/** A text that would run if anything rendered it as a page. */
export const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

/** What the pages of the registry are looked at with: versions to compare, a suite with a judge and its card, an evaluation. */
export async function fillRegistry(
  client: Client,
  modelUrl: string,
): Promise<Pick<Environment, 'evaluation' | 'judgeCard'>> {
  await Promise.all([prompts(client), datasets(client)]);
  const judge = { provider: 'openai', model: 'sim-judge', baseUrl: `${modelUrl}/v1`, maxOutputTokens: 500 } as const;
  const graded = { type: 'closed-qa', options: { criterion: 'Is it right?', show: ['expected'] } };
  await client.suites.createVersion('graded', {
    evaluators: [
      { id: 'exact', type: 'exact-match' },
      { id: 'judged', ...graded, judge },
    ],
    gates: [{ metric: 'exact', min: 0.6, notWorseThanBaseline: 0.02, perCohort: 'cohort' }],
    message: HOSTILE,
  });
  const [card, evaluation] = await Promise.all([
    calibrate(client, { evaluator: graded, judge, dataset: { rows: labelledRows() } }),
    evaluate(client, modelUrl),
  ]);
  return { judgeCard: card, evaluation };
}

/** Resolves with the id of the card. */
async function calibrate(client: Client, body: CalibrationBody): Promise<string> {
  const { id } = await client.calibrations.submit(body);
  for await (const _event of client.calibrations.events(id)) {
    // The stream ends with the calibration.
  }
  const { card, error } = await client.calibrations.get(id);
  if (!card) throw new Error(`there is no card: ${error}`);
  return card.id;
}

async function prompts(client: Client): Promise<void> {
  const system = `Sort the e-mail into a queue. ${HOSTILE}`;
  const user = { role: 'user', content: '{{input}}' };
  await client.prompts.createVersion('hostile', {
    messages: [{ role: 'system', content: system }, user],
    protected: ['Sort the e-mail'],
  });
  await client.prompts.createVersion('hostile', {
    messages: [{ role: 'system', content: `${system}\nAnswer with its name only.` }, user],
    protected: ['Sort the e-mail'],
    outputSchema: { type: 'string', description: HOSTILE },
    author: HOSTILE,
    message: `Names the answer ${HOSTILE}`,
    reason: 'requirement',
    parent: 'hostile@1',
  });
}

async function datasets(client: Client): Promise<void> {
  const rows = (changed: string) =>
    Array.from({ length: 120 }, (_, index) => ({
      id: `ticket-${index + 1}`,
      input:
        index === 2
          ? `${HOSTILE} question ${index}`
          : `question number ${index} about ${['parcels', 'refunds', 'logins'][index % 3]}`,
      expected: index === 4 ? changed : `queue ${index % 4}`,
      cohort: ['retail', 'business', HOSTILE][index % 3],
      metadata: { note: HOSTILE },
    }))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  for (const changed of ['queue 0', `queue ${HOSTILE}`])
    await client.datasets.upload('tickets', { format: 'jsonl', open: () => rows(changed), message: HOSTILE });
}

/** Outputs that repeat the expected answer, and outputs that do not, with the labels that a person gives them. */
const labelledRows = () =>
  Array.from({ length: 40 }, (_, index) => ({
    id: `r${index}`,
    input: `question ${index} about the delivery of parcels`,
    expected: `parcel number ${index} arrives on Monday`,
    output: index % 2 === 0 ? `parcel number ${index} arrives on Monday` : 'purple monkeys dance at night',
    label: index % 5 === 0 ? index % 2 !== 0 : index % 2 === 0,
  }));

async function evaluate(client: Client, modelUrl: string): Promise<string> {
  const { prompt, rows } = loadTask('support-triage');
  const baseline = promptContentSchema.parse(prompt);
  const texts = Object.entries(componentsOf(baseline));
  const better = withComponents(
    baseline,
    Object.fromEntries(texts.map(([id, text]) => [id, `${text}\nDamage on arrival belongs to shipping.`])),
  );
  const { id } = await client.evaluations.submit({
    name: `Two prompts ${HOSTILE}`,
    candidates: [better],
    baseline,
    dataset: {
      rows: rows
        .slice(0, 60)
        .map(({ id, input, expected, cohort }) => ({ id, input, expected, cohort, split: 'test' as const })),
    },
    split: 'test',
    suite: { evaluators: [{ id: 'queue', type: 'exact-match' }], gates: [{ metric: 'queue', min: 0.2 }] },
    models: { task: { provider: 'openai', model: 'sim-task', baseUrl: `${modelUrl}/v1`, maxOutputTokens: 60 } },
  });
  for await (const _event of client.evaluations.events(id)) {
    // The stream ends with the evaluation.
  }
  return id;
}
