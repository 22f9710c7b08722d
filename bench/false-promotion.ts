/**
 * How often a job promotes what is not better, and how often it sees what is: whole jobs (runJob: A/A run, search, confirmation, verdict)
 * in a world where the truth is known (luck-world.ts). The search picks its finalists from 10 candidates on 60 validation rows.
 *
 *   node --import tsx bench/false-promotion.ts --jobs 1000 --power-jobs 400
 *
 * "equal": every candidate truly equals the baseline, 100 test rows. "+5 points": every candidate is truly 5 points better, on as many
 * test rows as the advice of the job's own dry run asks for. Rates with 95 % Wilson intervals.
 */
import { parseArgs } from 'node:util';
import { contentHash } from '../src/domain/content-hash.ts';
import { adviceOf } from '../src/jobs/advice.ts';
import { estimateJob } from '../src/jobs/estimate.ts';
import { createMemoryRecord } from '../src/jobs/memory-record.ts';
import { MAX_FINALISTS, type ResolvedJob } from '../src/jobs/resolved.ts';
import { runJob } from '../src/jobs/run.ts';
import { wilsonInterval } from '../src/lab/statistics/wilson.ts';
import { systemClock } from '../src/system.ts';
import { type LuckWorld, luckEvaluator, luckGateway, luckPrompt, luckRows, luckySearch } from './luck-world.ts';
import { table } from './table.ts';

const { values: args } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    'power-jobs': { type: 'string', default: '400' },
    'first-seed': { type: 'string', default: '1' },
  },
});

const CANDIDATES = 10;
const ROWS = { train: 4, validation: 60 } as const;
const EQUAL_TEST_ROWS = 100;
const GAIN = 0.05;

interface Setting {
  readonly scores: LuckWorld['scores'];
  readonly finalists: 1 | 3;
  readonly gain: number;
  /** Share of answers drawn again at each call; above 0 the job is told a temperature above 0. */
  readonly redrawn: number;
  /** Runs of each test row that the confirmation budget pays for these finalists. */
  readonly rounds: number;
}

const parts = { countTokens: () => 1, priceOf: () => null, evaluators: [luckEvaluator] };
const aaRows = 20;

function jobOf({ finalists, redrawn, rounds }: Setting, test: number, seed: number): ResolvedJob {
  const model = { provider: 'openai' as const, model: 'luck', temperature: redrawn > 0 ? 1 : 0 };
  return {
    name: 'luck',
    prompt: { messages: luckPrompt.messages.map((message) => ({ ...message })) },
    promptRef: null,
    promptSha256: contentHash(luckPrompt),
    dataset: { ref: 'luck@1', sha256: contentHash([ROWS, test]), rows: { ...ROWS, test } },
    split: null,
    suite: { evaluators: [{ id: 'score', type: 'luck' }] },
    suiteRef: null,
    suiteSha256: '',
    evaluatorVersions: {},
    objectives: [{ metric: 'score', goal: 'maximize', headline: true }],
    optimizer: { type: 'luck', options: {} },
    models: { task: model, reflection: model, judge: null },
    budget: {
      rollouts: (1 + CANDIDATES) * ROWS.validation,
      confirmationRollouts: 2 * aaRows + rounds * test * (1 + finalists),
    },
    aaRows,
    ablation: false,
    concurrency: 16,
    seed,
    reuse: false,
  };
}

/** Test rows that the dry run of such a job says would show the gain. */
function advisedRows(setting: Setting): number {
  const job = jobOf(setting, EQUAL_TEST_ROWS, 0);
  const estimate = estimateJob(
    job,
    { train: luckRows('train', ROWS.train) },
    { ...parts, optimizer: luckySearch(CANDIDATES) },
  );
  const advice = adviceOf(job, estimate).rowsFor.find(({ gain }) => gain === GAIN);
  if (!advice) throw new Error(`the dry run gives no advice for a gain of ${GAIN}`);
  return advice.rows;
}

async function verdictOf(setting: Setting, test: number, seed: number): Promise<string> {
  const world: LuckWorld = { seed, scores: setting.scores, gain: setting.gain, redrawn: setting.redrawn };
  const outcome = await runJob({
    ...parts,
    job: jobOf(setting, test, seed),
    rows: {
      train: luckRows('train', ROWS.train),
      validation: luckRows('validation', ROWS.validation),
      test: luckRows('test', test),
    },
    optimizers: [luckySearch(CANDIDATES)],
    record: createMemoryRecord(),
    gateway: () => luckGateway(world),
    clock: systemClock,
    startedAt: systemClock.now(),
    signal: new AbortController().signal,
    sealedRead: async () => undefined,
    onProgress: () => undefined,
  });
  if (outcome.status !== 'succeeded' || !outcome.verdict)
    throw new Error(`seed ${seed}: ${outcome.error ?? outcome.status}`);
  return outcome.verdict.decision;
}

const rate = (count: number, of: number) => {
  const interval = wilsonInterval(count, of);
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${percent(count / of)} % (${percent(interval?.low ?? 0)} to ${percent(interval?.high ?? 1)})`;
};

async function measure(setting: Setting, jobs: number): Promise<string[]> {
  const test = setting.gain === 0 ? EQUAL_TEST_ROWS : advisedRows(setting);
  const counts: Record<string, number> = {};
  const first = Number(args['first-seed']);
  for (let seed = first; seed < first + jobs; seed++) {
    const decision = await verdictOf(setting, test, seed);
    counts[decision] = (counts[decision] ?? 0) + 1;
  }
  return [
    setting.gain === 0 ? 'equal' : `+${setting.gain * 100} points`,
    setting.scores,
    setting.redrawn > 0 ? 'noisy' : 'deterministic',
    String(setting.finalists),
    String(setting.redrawn > 0 ? setting.rounds : 1),
    String(test),
    String(jobs),
    rate(counts['promote'] ?? 0, jobs),
    rate(counts['inconclusive'] ?? 0, jobs),
  ];
}

/** 10 % of the pass/fail rows turn out differently when the same prompt is run again. */
const NOISY = 0.13;
const settings: Setting[] = [];
for (const gain of [0, GAIN]) {
  for (const scores of ['binary', 'graded'] as const) {
    for (const finalists of [1, MAX_FINALISTS] as const) {
      settings.push({ scores, finalists, gain, redrawn: 0, rounds: 1 });
      settings.push({ scores, finalists, gain, redrawn: NOISY, rounds: 2 });
    }
  }
}
const lines: string[][] = [];
for (const setting of settings) {
  lines.push(await measure(setting, Number(setting.gain === 0 ? args.jobs : args['power-jobs'])));
  process.stderr.write(`${lines.at(-1)?.join('  ')}\n`);
}
console.log(
  `${CANDIDATES} candidates chosen on ${ROWS.validation} validation rows; A/A run on ${aaRows}; seeds from ${args['first-seed']}\n`,
);
console.log(
  table(['truth', 'scores', 'model', 'finalists', 'runs', 'test rows', 'jobs', 'promote', 'inconclusive'], lines, 3),
);
