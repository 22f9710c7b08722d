import { setTimeout as sleep } from 'node:timers/promises';
import { evaluators } from '../evaluators/index.ts';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { budgetSchema } from '../src/domain/budget.ts';
import type { Row } from '../src/domain/dataset.ts';
import { contentHash, jsonObjectSchema } from '../src/domain/json.ts';
import { modelConfigSchema } from '../src/domain/model.ts';
import { promptContentSchema } from '../src/domain/prompt.ts';
import { suiteSchema } from '../src/domain/suite.ts';
import { createMemoryRecord, type MemoryRecord } from '../src/jobs/memory-record.ts';
import type { ResolvedJob } from '../src/jobs/resolved.ts';
import { type JobOutcome, runJob } from '../src/jobs/run.ts';
import { createModelGateway } from '../src/models/gateway.ts';
import { createLimiterPools } from '../src/models/limiter.ts';
import { createPriceTable } from '../src/models/prices.ts';
import { countTokens } from '../src/models/tokens.ts';
import { createRandom } from '../src/search/random.ts';
import { systemClock } from '../src/system.ts';

export interface BenchJob {
  readonly task: string;
  readonly optimizer: { readonly type: string; readonly options?: object };
  readonly rollouts: number;
  readonly seed: number;
  /** Landscape: which rules exist and how often they are needed. */
  readonly vocabulary: number;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly concurrency?: number;
  readonly confirmationRollouts?: number;
}

export interface BenchRun {
  readonly outcome: JobOutcome;
  readonly record: MemoryRecord;
  readonly seconds: number;
  readonly tokens: number;
  readonly reflectionCalls: number;
}

const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal });
};
const pools = createLimiterPools([], { clock: systemClock, wait });
const prices = createPriceTable();
const address = { allowLoopback: true, allowedHosts: [] };

/** Runs one job in process against a model server, through the same engine, gateway and SDKs as the service. Nothing is stored. */
export async function runBenchJob(bench: BenchJob, url: string): Promise<BenchRun> {
  const task = loadTask(bench.task);
  const { train, validation, test } = bench.rows;
  const rows = generateRows(bench.task, {
    seed: 7_000 + bench.seed,
    count: train + validation + test,
    vocabulary: bench.vocabulary,
  }).map(
    (row): Row => ({
      id: row.id,
      input: row.input,
      expected: row.expected,
      context: [],
      cohort: row.cohort,
      metadata: jsonObjectSchema.parse(row.metadata ?? {}),
    }),
  );
  const model = (name: string, extra: object) =>
    modelConfigSchema.parse({ provider: 'openai', model: name, baseUrl: `${url}/v1`, ...extra });
  const prompt = promptContentSchema.parse(task.prompt);
  const suite = suiteSchema.parse(task.suite);
  const headline = suite.evaluators[0]?.id ?? '';
  const job: ResolvedJob = {
    name: bench.task,
    prompt,
    promptRef: null,
    promptSha256: contentHash(prompt),
    dataset: { ref: `${bench.task}@1`, sha256: contentHash(rows), rows: { train, validation, test } },
    split: null,
    suite,
    suiteRef: null,
    suiteSha256: contentHash(suite),
    evaluatorVersions: {},
    objectives: [{ metric: headline, goal: 'maximize', headline: true }],
    optimizer: { type: bench.optimizer.type, options: jsonObjectSchema.parse(bench.optimizer.options ?? {}) },
    models: {
      task: model('sim-task', { temperature: 0, maxOutputTokens: 300 }),
      reflection: model('sim-reflect', { temperature: 1, maxOutputTokens: 4000 }),
      judge: null,
    },
    budget: {
      ...budgetSchema.parse({ rollouts: bench.rollouts }),
      confirmationRollouts: bench.confirmationRollouts ?? 0,
    },
    aaRows: 0,
    concurrency: bench.concurrency ?? 16,
    seed: bench.seed,
  };
  const record = createMemoryRecord();
  const started = performance.now();
  let tokens = 0;
  let reflectionCalls = 0;
  const outcome = await runJob({
    job,
    rows: {
      train: rows.slice(0, train),
      validation: rows.slice(train, train + validation),
      test: rows.slice(train + validation),
    },
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
        onSettled: (entry) => {
          if (!entry.outcome.ok) return;
          tokens += entry.outcome.completion.usage.inputTokens + entry.outcome.completion.usage.outputTokens;
          if (entry.role === 'reflection') reflectionCalls += 1;
        },
      }),
    countTokens,
    priceOf: (config) => prices.priceOf(config)?.line ?? null,
    clock: systemClock,
    startedAt: systemClock.now(),
    signal: new AbortController().signal,
    sealedRead: async () => undefined,
    onProgress: () => undefined,
  });
  return { outcome, record, seconds: (performance.now() - started) / 1000, tokens, reflectionCalls };
}
