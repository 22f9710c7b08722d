import { evaluators } from '../../evaluators/index.ts';
import { generateRows, loadTask } from '../../fixtures/tasks/index.ts';
import { optimizers } from '../../optimizers/index.ts';
import type { Budget } from '../../src/domain/budget.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { contentHash } from '../../src/domain/content-hash.ts';
import type { Row } from '../../src/domain/dataset.ts';
import { type JsonObject, jsonObjectSchema } from '../../src/domain/json.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { type ModelConfig, modelConfigSchema } from '../../src/domain/model.ts';
import type { Objective } from '../../src/domain/objective.ts';
import { promptContentSchema } from '../../src/domain/prompt.ts';
import type { JournalEntry } from '../../src/domain/record.ts';
import { type EvaluatorSpec, suiteSchema } from '../../src/domain/suite.ts';
import { createMemoryRecord, type MemoryRecord } from '../../src/jobs/memory-record.ts';
import type { ResolvedJob } from '../../src/jobs/resolved.ts';
import { type JobOutcome, type RunProgress, runJob } from '../../src/jobs/run.ts';
import { createModelGateway } from '../../src/models/gateway.ts';
import { createLimiterPools } from '../../src/models/limiter.ts';
import { createPriceTable } from '../../src/models/prices.ts';
import type { UsageAnomaly } from '../../src/models/settlement.ts';
import { fakeTime } from '../../src/models/testing.ts';
import { countTokens } from '../../src/models/tokens.ts';
import type { ListedOptimizer } from '../../src/search/contract.ts';
import { createRandom } from '../../src/search/random.ts';

/** USD per million tokens; whole nano-USD per token, so that sums have no rounding in them. */
export const SIMULATED_PRICES = {
  models: [
    { provider: 'openai', model: 'sim-task*', input: 0.25, output: 2 },
    { provider: 'openai', model: 'sim-reflect*', input: 1.25, output: 10 },
    { provider: 'openai', model: 'sim-judge*', input: 0.5, output: 4 },
  ],
} as const;

/** A job on a bundled task, small enough that hundreds of them run in a minute. */
export interface TestJob {
  readonly task: string;
  readonly optimizer: { readonly type: string; readonly options?: JsonObject };
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly budget: Budget & { readonly confirmationRollouts: number };
  /** Rows of the A/A run; default none. */
  readonly aaRows?: number;
  /** Default: without. */
  readonly ablation?: boolean;
  readonly concurrency: number;
  readonly seed: number;
  /** Evaluators beside those of the task. */
  readonly evaluators?: readonly EvaluatorSpec[];
  readonly objectives?: readonly Objective[];
  readonly taskModel?: Partial<ModelConfig>;
}

export interface RunOptions {
  /** Answers of an earlier run. */
  readonly journal?: ReadonlyMap<string, JournalEntry>;
  /** Answers of another job, which this one may reuse. */
  readonly earlier?: ReadonlyMap<string, JournalEntry>;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly startedAt?: Date;
  readonly secret?: string;
  /** Default: the bundled ones. */
  readonly optimizers?: readonly ListedOptimizer[];
  /** Looks at each call as it is booked. */
  readonly onSettled?: (entry: JournalEntry) => void;
}

export interface TestRun {
  readonly job: ResolvedJob;
  readonly outcome: JobOutcome;
  readonly record: MemoryRecord;
  readonly ledger: Ledger;
  /** Calls as they were booked, in that order. */
  readonly settled: readonly { readonly entry: JournalEntry; readonly replayed: boolean }[];
  readonly anomalies: readonly UsageAnomaly[];
  readonly progress: readonly RunProgress[];
  readonly sealedReads: readonly number[];
}

const prices = createPriceTable(SIMULATED_PRICES);
const address = { allowLoopback: true, allowedHosts: [] };

/** The job as a submit would have resolved it; `url` is that of the model server. */
function resolvedTestJob(test: TestJob, url: string): ResolvedJob {
  const task = loadTask(test.task);
  const prompt = promptContentSchema.parse(task.prompt);
  const suite = suiteSchema.parse({ evaluators: [...task.suite.evaluators, ...(test.evaluators ?? [])] });
  const model = (name: string, rest: object) =>
    modelConfigSchema.parse({ provider: 'openai', model: name, baseUrl: `${url}/v1`, ...rest });
  return {
    name: test.task,
    prompt,
    promptRef: null,
    promptSha256: contentHash(prompt),
    dataset: { ref: `${test.task}@1`, sha256: contentHash([test.task, test.rows, test.seed]), rows: test.rows },
    split: null,
    suite,
    suiteRef: null,
    suiteSha256: contentHash(suite),
    evaluatorVersions: {},
    objectives: [
      ...(test.objectives ?? [{ metric: suite.evaluators[0]?.id ?? '', goal: 'maximize' as const, headline: true }]),
    ],
    optimizer: { type: test.optimizer.type, options: test.optimizer.options ?? {} },
    models: {
      task: model('sim-task', { temperature: 0, maxOutputTokens: 200, ...test.taskModel }),
      // With a seed, equal requests get equal answers, whatever else was asked before.
      reflection: model('sim-reflect', { temperature: 1, seed: test.seed, maxOutputTokens: 2000 }),
      judge: model('sim-judge', { temperature: 0, maxOutputTokens: 500 }),
    },
    budget: test.budget,
    aaRows: test.aaRows ?? 0,
    ablation: test.ablation ?? false,
    concurrency: test.concurrency,
    seed: test.seed,
    reuse: false,
  };
}

function rowsOf({ task, rows: { train, validation, test }, seed }: TestJob) {
  const rows = generateRows(task, { seed: 40_000 + (seed % 50), count: train + validation + test }).map(
    (row): Row => ({
      id: row.id,
      input: row.input,
      expected: row.expected,
      context: row.context ?? [],
      cohort: row.cohort,
      metadata: jsonObjectSchema.parse(row.metadata),
    }),
  );
  return {
    train: rows.slice(0, train),
    validation: rows.slice(train, train + validation),
    test: rows.slice(train + validation),
  };
}

/** Runs a job in process over a real socket, with the engine, gateway and SDKs of the service; only waiting takes no time. */
export async function runTestJob(test: TestJob, url: string, options: RunOptions = {}): Promise<TestRun> {
  const job = resolvedTestJob(test, url);
  const record = createMemoryRecord(options.journal, options.earlier);
  const time = fakeTime();
  const clock = options.clock ?? time.clock;
  const settled: { entry: JournalEntry; replayed: boolean }[] = [];
  const anomalies: UsageAnomaly[] = [];
  const progress: RunProgress[] = [];
  const sealedReads: number[] = [];
  let ledger: Ledger | undefined;
  const outcome = await runJob({
    job,
    rows: rowsOf(test),
    optimizers: options.optimizers ?? optimizers,
    evaluators,
    record,
    gateway: (jobLedger, signal) => {
      ledger = jobLedger;
      return createModelGateway({
        journal: record.journal,
        ledger: jobLedger,
        pools: createLimiterPools([], { clock, wait: time.wait }),
        prices,
        secrets: () => options.secret ?? 'test-key',
        address,
        clock,
        random: createRandom(test.seed, 'jitter'),
        wait: time.wait,
        signal,
        concurrency: job.concurrency,
        onSettled: ({ callId }, replayed) => {
          const entry = record.calls.get(callId);
          if (entry === undefined) throw new Error(`${callId} was booked before it was journaled`);
          settled.push({ entry, replayed });
          options.onSettled?.(entry);
        },
        onAnomaly: (anomaly) => anomalies.push(anomaly),
      });
    },
    countTokens,
    priceOf: (config) => prices.priceOf(config)?.line ?? null,
    clock,
    startedAt: options.startedAt ?? clock.now(),
    signal: options.signal ?? new AbortController().signal,
    sealedRead: async (candidates) => {
      sealedReads.push(candidates);
    },
    onProgress: (each) => progress.push(each),
  });
  if (ledger === undefined) throw new Error('a job makes its gateway first');
  return { job, outcome, record, ledger, settled, anomalies, progress, sealedReads };
}

/** What a job found, without what the clock had to do with it: equal searches have equal findings. */
export function findings({ outcome, record }: Pick<TestRun, 'outcome' | 'record'>) {
  return {
    status: outcome.status,
    stopReason: outcome.stopReason,
    winner: outcome.winner.id,
    verdict: outcome.verdict,
    curve: record.curve.map(({ at: _at, ...point }) => point),
    candidates: record.candidates.map(({ id, components, parents, operator, reason }) => ({
      id,
      components,
      parents,
      operator,
      reason,
    })),
    refusals: record.refusals.map(({ refusal, operator, parents }) => ({ refusal, operator, parents })),
    fates: record.fates,
  };
}
