import { Readable } from 'node:stream';
import type { Config } from './config.ts';
import type { Row, Split } from './domain/dataset.ts';
import type { JobRequest, PromptRequest } from './domain/job.ts';
import { type Evaluation, evaluatePrompts } from './jobs/evaluate.ts';
import { createMemoryRecord } from './jobs/memory-record.ts';
import { type ResolvedJob, resolvedJobSchema } from './jobs/resolved.ts';
import { createJobSources } from './jobs/sources.ts';
import { startService } from './main.ts';
import { countTokens } from './models/tokens.ts';
import type { DatasetUpload } from './registry/dataset-registry.ts';
import { noteSealedRead } from './store/job-facts.ts';
import { DEFAULT_PROJECT } from './store/schema.ts';
import { systemClock, systemIds } from './system.ts';

export interface EvaluateHereOptions {
  readonly config: Config;
  /** Where provider keys are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Models, suite, objectives, rows, limits of tokens and money, and the first prompt. Its optimizer and rollouts do not matter. */
  readonly job: JobRequest;
  /** Rows to be registered first, in place of the job's dataset. */
  readonly upload?: { readonly name: string; readonly rows: DatasetUpload } | undefined;
  /** Prompts to compare with the job's. */
  readonly others: readonly { readonly name: string; readonly prompt: PromptRequest }[];
  /** Name of the job's own prompt. */
  readonly firstName: string;
  readonly split: Split | 'all';
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

const scope = { projectId: DEFAULT_PROJECT };

/**
 * Evaluates prompts in this process, without a service and without a job: nothing but registered rows is stored. With references the
 * embedded database or DATABASE_URL is opened, otherwise one in memory.
 */
export async function evaluateHere(options: EvaluateHereOptions): Promise<Evaluation> {
  const { config, job, environment, signal } = options;
  const service = await startService({
    config: { ...config, ...(!usesRegistry(options) && { dataDir: 'memory', databaseUrl: undefined }) },
    environment,
    listen: false,
    worker: false,
  });
  try {
    const upload = options.upload ?? inlineRows(job);
    const dataset = upload
      ? (await service.registry.datasets.createVersion(scope, upload.name, upload.rows)).ref
      : job.dataset;
    // A dry run resolves and checks everything that a job would; its budget is only asked whether prices are needed.
    const resolve = async (prompt: PromptRequest): Promise<ResolvedJob> => {
      const budget = {
        rollouts: 1_000_000,
        confirmationRollouts: 0,
        ...(job.budget.usd !== undefined && { usd: 1e9 }),
      };
      const plan = await service.jobs.dryRun(scope, { ...job, prompt, dataset, budget, strict: false });
      return resolvedJobSchema.parse(plan.resolved);
    };
    const first = await resolve(job.prompt);
    const others = [];
    for (const { name, prompt } of options.others) others.push({ name, content: (await resolve(prompt)).prompt });
    const rows: Row[] = [];
    const source = await createJobSources(service.registry, scope).dataset(first.dataset.ref);
    for await (const { split, row } of source.rows(first.split))
      if (options.split === 'all' || split === options.split) rows.push(row);
    if (options.split === 'test' || options.split === 'all') {
      const at = systemClock.now();
      await noteSealedRead(service.database.db, {
        ...scope,
        sha256: first.dataset.sha256,
        dataset: first.dataset.ref,
        jobId: systemIds(systemClock).next('eval'),
        candidates: 1 + others.length,
        at,
      });
    }
    return await evaluatePrompts(
      {
        prompts: [{ name: options.firstName, content: first.prompt }, ...others],
        rows,
        suite: first.suite,
        objectives: first.objectives,
        models: { task: first.models.task, ...(first.models.judge && { judge: first.models.judge }) },
        budget: job.budget,
        concurrency: job.concurrency,
        seed: job.seed,
      },
      {
        evaluators: service.evaluators,
        countTokens,
        gateway: (ledger, { concurrency, seed }) =>
          service.openGateway({ journal: createMemoryRecord().journal, ledger, signal, concurrency, seed }),
        ...(options.onProgress && { onProgress: options.onProgress }),
      },
    );
  } finally {
    await service.close();
  }
}

function inlineRows({ dataset, split }: JobRequest): EvaluateHereOptions['upload'] {
  if (typeof dataset === 'string') return undefined;
  const body = Readable.from([JSON.stringify({ rows: dataset.rows })]);
  return {
    name: 'inline',
    rows: { format: 'json', body, ...(split && { ratio: split }), message: 'rows of an evaluation' },
  };
}

function usesRegistry({ job, upload, others }: EvaluateHereOptions): boolean {
  const named = (prompt: PromptRequest) =>
    typeof prompt === 'string' || ('steps' in prompt && prompt.steps.some((step) => typeof step.prompt === 'string'));
  return (
    (upload === undefined && typeof job.dataset === 'string') ||
    typeof job.suite === 'string' ||
    [job.prompt, ...others.map((each) => each.prompt)].some(named)
  );
}
