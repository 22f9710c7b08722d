import { setTimeout as sleep } from 'node:timers/promises';
import { evaluators } from '../evaluators/index.ts';
import type { Row as TaskRow } from '../fixtures/tasks/index.ts';
import { budgetSchema } from '../src/domain/budget.ts';
import { contentHash } from '../src/domain/content-hash.ts';
import type { Row } from '../src/domain/dataset.ts';
import { jsonObjectSchema } from '../src/domain/json.ts';
import { type ModelRole, modelConfigSchema } from '../src/domain/model.ts';
import type { Objective } from '../src/domain/objective.ts';
import { promptContentSchema } from '../src/domain/prompt.ts';
import { suiteSchema } from '../src/domain/suite.ts';
import { createMemoryRecord, type MemoryRecord } from '../src/jobs/memory-record.ts';
import type { ResolvedJob } from '../src/jobs/resolved.ts';
import { type JobOutcome, type RunProgress, runJob } from '../src/jobs/run.ts';
import { createModelGateway } from '../src/models/gateway.ts';
import { createLimiterPools } from '../src/models/limiter.ts';
import { createPriceTable } from '../src/models/prices.ts';
import { countTokens } from '../src/models/tokens.ts';
import { createRandom } from '../src/search/random.ts';
import { systemClock } from '../src/system.ts';
import { optimizers } from './contestants.ts';

/** Everything that a job is made of, as files and generators give it. */
export interface BenchJob {
  readonly name: string;
  readonly prompt: unknown;
  readonly suite: unknown;
  readonly objectives: readonly Objective[];
  readonly rows: {
    readonly train: readonly TaskRow[];
    readonly validation: readonly TaskRow[];
    readonly test: readonly TaskRow[];
  };
  readonly optimizer: { readonly type: string; readonly options: object };
  readonly taskModel: { readonly model: string; readonly temperature: number };
  readonly rollouts: number;
  readonly confirmationRollouts: number;
  readonly seed: number;
  readonly concurrency: number;
}

export type TokensByRole = Record<ModelRole, number>;

export interface BenchRun {
  readonly outcome: JobOutcome;
  readonly record: MemoryRecord;
  /** Of the search; the confirmation is left out. */
  readonly tokens: Readonly<TokensByRole>;
  readonly reflections: number;
  readonly seconds: number;
  /** Model calls of the search that were answered, in seconds since the job began. */
  readonly calls: readonly TimedCall[];
}

export interface TimedCall {
  readonly role: ModelRole;
  readonly from: number;
  readonly to: number;
}

const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal });
};
const pools = createLimiterPools([], { clock: systemClock, wait });
const prices = createPriceTable();
const address = { allowLoopback: true, allowedHosts: [] };

/** Runs one job in process against a model server, through the same engine, gateway and SDKs as the service. Nothing is stored. */
export async function runBenchJob(bench: BenchJob, url: string): Promise<BenchRun> {
  const rows = {
    train: bench.rows.train.map(datasetRow),
    validation: bench.rows.validation.map(datasetRow),
    test: bench.rows.test.map(datasetRow),
  };
  const job = resolved(bench, rows, url);
  const record = createMemoryRecord();
  const tokens: TokensByRole = { task: 0, reflection: 0, judge: 0 };
  const calls: TimedCall[] = [];
  let reflections = 0;
  let phase: RunProgress['phase'] = 'search';
  const started = performance.now();
  const outcome = await runJob({
    job,
    rows,
    optimizers,
    evaluators,
    record,
    gateway: (ledger, signal) =>
      createModelGateway({
        journal: record.journal,
        ledger,
        pools,
        prices,
        secrets: () => 'bench-key',
        address,
        clock: systemClock,
        random: createRandom(bench.seed, 'jitter'),
        wait,
        signal,
        concurrency: job.concurrency,
        onSettled: ({ outcome: settled, role }) => {
          if (!settled.ok || phase !== 'search') return;
          tokens[role] += settled.completion.usage.inputTokens + settled.completion.usage.outputTokens;
          if (role === 'reflection') reflections += 1;
          const to = performance.now() - started;
          calls.push({ role, from: (to - settled.completion.latencyMs) / 1000, to: to / 1000 });
        },
      }),
    countTokens,
    priceOf: (config) => prices.priceOf(config)?.line ?? null,
    clock: systemClock,
    startedAt: systemClock.now(),
    signal: new AbortController().signal,
    sealedRead: async () => undefined,
    onProgress: (progress) => {
      phase = progress.phase;
    },
  });
  return { outcome, record, tokens, reflections, seconds: (performance.now() - started) / 1000, calls };
}

function datasetRow(row: TaskRow): Row {
  return {
    id: row.id,
    input: row.input,
    expected: row.expected,
    context: row.context ? [...row.context] : [],
    cohort: row.cohort,
    metadata: jsonObjectSchema.parse(row.metadata),
  };
}

type Splits = Readonly<Record<'train' | 'validation' | 'test', readonly Row[]>>;

function resolved(bench: BenchJob, rows: Splits, url: string): ResolvedJob {
  const model = (name: string, extra: object) =>
    modelConfigSchema.parse({ provider: 'openai', model: name, baseUrl: `${url}/v1`, ...extra });
  const prompt = promptContentSchema.parse(bench.prompt);
  const suite = suiteSchema.parse(bench.suite);
  return {
    name: bench.name,
    prompt,
    promptRef: null,
    promptSha256: contentHash(prompt),
    dataset: {
      ref: `${bench.name}@1`,
      sha256: contentHash([rows.train, rows.validation, rows.test]),
      rows: { train: rows.train.length, validation: rows.validation.length, test: rows.test.length },
    },
    split: null,
    suite,
    suiteRef: null,
    suiteSha256: contentHash(suite),
    evaluatorVersions: {},
    objectives: [...bench.objectives],
    optimizer: { type: bench.optimizer.type, options: jsonObjectSchema.parse(bench.optimizer.options) },
    models: {
      task: model(bench.taskModel.model, { temperature: bench.taskModel.temperature, maxOutputTokens: 300 }),
      reflection: model('sim-reflect', { temperature: 1, maxOutputTokens: 4000 }),
      judge: model('sim-judge', { temperature: 0 }),
    },
    budget: {
      ...budgetSchema.parse({ rollouts: bench.rollouts }),
      confirmationRollouts: bench.confirmationRollouts,
    },
    aaRows: 0,
    ablation: false,
    concurrency: bench.concurrency,
    seed: bench.seed,
    reuse: false,
  };
}
