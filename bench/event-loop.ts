/**
 * How long a worker stands still during an evaluation: the longest block of the event loop while two prompts are measured on many rows by a
 * suite with a judge, and while the result is judged. Heartbeats, cancelling and other jobs wait that long.
 *
 *   node --import tsx bench/event-loop.ts [--rows 100000]
 *
 * Every answer is in the journal, as when an evaluation is resumed: nothing waits for a provider, so that one block follows the other. The
 * record is in memory.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { evaluators } from '../evaluators/index.ts';
import type { Row } from '../src/domain/dataset.ts';
import type { ModelConfig } from '../src/domain/model.ts';
import { promptContentSchema } from '../src/domain/prompt.ts';
import type { Journal, JournaledAnswer } from '../src/domain/record.ts';
import { suiteSchema } from '../src/domain/suite.ts';
import type { ResolvedEvaluation } from '../src/jobs/evaluation/resolved.ts';
import { runEvaluation } from '../src/jobs/evaluation/run.ts';
import { createModelGateway } from '../src/models/gateway.ts';
import { createLimiterPools } from '../src/models/limiter.ts';
import { createPriceTable } from '../src/models/prices.ts';
import { countTokens } from '../src/models/tokens.ts';
import { createRandom } from '../src/search/random.ts';
import { systemClock } from '../src/system.ts';
import { table } from './table.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const count = Number(values.rows);
const LABELS = ['billing question', 'technical problem', 'cancellation of the contract', 'praise', 'something else'];

const rows: Row[] = Array.from({ length: count }, (_, index) => ({
  id: `r${index}`,
  input: `Mail ${index}: ${'I have a question about my contract and the last invoice. '.repeat(1 + (index % 5))}`,
  expected: LABELS[index % LABELS.length] ?? '',
  context: [],
  metadata: { tier: index % 3 === 0 ? 'gold' : 'plain', label: LABELS[index % LABELS.length] ?? '' },
}));

/** Whatever is asked has been answered, by the task and by the judge alike: three of four times in favour. */
const answered: Journal = {
  get: (callId): JournaledAnswer => {
    const verdict = Number.parseInt(callId.slice(0, 4), 16) % 4 === 0 ? 'no' : 'yes';
    return {
      callId,
      role: 'task',
      lost: { attempts: 0, tokens: 0, nanoUsd: 0 },
      reusedFrom: null,
      outcome: {
        ok: true,
        completion: {
          text: JSON.stringify({ reason: `billing question ${callId.slice(0, 8)}`, verdict }),
          toolCalls: [],
          finish: 'stop',
          model: 'bench',
          usage: { inputTokens: 60, cachedInputTokens: 0, outputTokens: 20 },
          cost: null,
          latencyMs: Number.parseInt(callId.slice(4, 7), 16),
        },
      },
    };
  },
  put: () => Promise.resolve(),
};

const model: ModelConfig = { provider: 'openai', model: 'bench', temperature: 0, maxOutputTokens: 60 };
const prompt = (id: string, text: string) => ({
  id,
  name: id,
  ref: null,
  sha256: id,
  source: null,
  prompt: promptContentSchema.parse({ messages: [{ role: 'user', content: `${text} {{input}}` }] }),
});
const evaluation: ResolvedEvaluation = {
  name: 'event loop',
  prompts: [prompt('c0', 'Sort this mail:'), prompt('c1', 'Sort this mail into one of five queues:')],
  hasBaseline: true,
  dataset: { ref: 'bench@1', sha256: 'bench', split: 'all', rows: count },
  ratio: null,
  ood: null,
  suite: suiteSchema.parse({
    evaluators: [
      { id: 'judged', type: 'closed-qa', options: { criterion: 'Is it right?', show: ['expected'] } },
      { id: 'near', type: 'levenshtein' },
      { id: 'words', type: 'token-f1' },
      { id: 'short', type: 'word-count', options: { max: 12 } },
    ],
    gates: [
      { metric: 'judged', betterThanBaseline: true },
      { metric: 'near', notWorseThanBaseline: 0.02, perCohort: 'tier' },
    ],
  }),
  suiteRef: null,
  suiteSha256: 'bench',
  evaluatorVersions: {},
  headline: 'judged',
  gates: [],
  models: { task: model, judge: { ...model, maxOutputTokens: 500 } },
  budget: { rollouts: 2 * count },
  repeats: 1,
  aa: false,
  concurrency: 64,
  seed: 1,
  reuse: false,
};

const delay = monitorEventLoopDelay({ resolution: 1 });
const lines: string[][] = [];
let since = performance.now();
/** Ends a phase: what the longest block in it was. The histogram is of the event loop itself. */
function told(phase: string): void {
  lines.push([
    phase,
    ((performance.now() - since) / 1000).toFixed(1),
    (delay.max / 1e6).toFixed(0),
    (delay.percentile(99.9) / 1e6).toFixed(0),
  ]);
  delay.reset();
  since = performance.now();
}

let measured = 0;
delay.enable();
const outcome = await runEvaluation({
  evaluation,
  rows: { dataset: rows, ood: [] },
  evaluators,
  record: {
    rollout: () => {
      measured += 1;
    },
    flush: async () => {
      // Once more round the loop, so that the last block is seen before the phase ends.
      await new Promise((resolve) => setTimeout(resolve, 5));
      told(`${measured} rollouts are measured`);
    },
  },
  gateway: (ledger, signal) =>
    createModelGateway({
      ledger,
      signal,
      journal: answered,
      pools: createLimiterPools([], { clock: systemClock, wait: () => Promise.resolve() }),
      prices: createPriceTable(),
      secrets: () => 'bench-key',
      address: { allowLoopback: true, allowedHosts: [] },
      clock: systemClock,
      random: createRandom(1, 'jitter'),
      wait: () => Promise.resolve(),
      concurrency: evaluation.concurrency,
    }),
  countTokens,
  clock: systemClock,
  startedAt: systemClock.now(),
  signal: new AbortController().signal,
  onProgress: () => {},
});
await new Promise((resolve) => setTimeout(resolve, 5));
told('the result is judged');
delay.disable();
console.log(`${count} rows, two prompts, a judge and three evaluators by code: ${outcome.status}\n`);
console.log(table(['phase', 'seconds', 'longest block, ms', '99.9 % of blocks, ms'], lines));
