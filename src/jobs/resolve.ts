import { contentHash } from '../domain/content-hash.ts';
import type { Row, Split, SplitRatio } from '../domain/dataset.ts';
import { missingVariables } from '../domain/dataset.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { JobRequest } from '../domain/job.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import type { ModelConfig } from '../domain/model.ts';
import type { ModelPrice } from '../domain/price.ts';
import { calledModels, checkPrompt, type PromptContent, requiredVariables } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator, Endpoint } from '../lab/evaluator.ts';
import { evaluatorVersions } from '../lab/evaluator-versions.ts';
import { checkSuite } from '../registry/check-suite.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import { chooseAaRows } from './aa-rows.ts';
import { type Advice, adviceOf, type Hopeless, hopelessOf } from './advice.ts';
import { checkObjectives, checkOptimizer } from './check-request.ts';
import type { Checked } from './checks.ts';
import { CohortCounts } from './cohort-counts.ts';
import { aaRollouts } from './confirmation-rounds.ts';
import { type Estimate, estimateJob, type PriceOf } from './estimate.ts';
import { checkEndpoints, modelsOf } from './job-models.ts';
import { checkPrices, pricesOf } from './job-prices.ts';
import { MetricRows } from './metric-rows.ts';
import { Problems } from './problems.ts';
import { resolvePrompt } from './resolve-prompt.ts';
import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';
import type { DatasetSource, JobSources } from './sources.ts';
import { checkJudge, checkRowNeeds, checkToolNeeds, needsOf } from './suite-needs.ts';
import { type JobWarning, warningsOf } from './warnings.ts';

export interface ResolveParts {
  readonly sources: JobSources;
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly optimizers: readonly ListedOptimizer[];
  readonly priceOf: PriceOf;
  readonly countTokens: (text: string) => number;
  /** Throws when the model cannot be called from here: missing key, refused address. */
  readonly checkModel: (model: ModelConfig, path: string) => void;
  /** Throws when a server of the user's own cannot be called from here: missing key, refused address. `path`: where its fields stand. */
  readonly checkEndpoint: (endpoint: Endpoint, path: string) => void;
}

export interface Resolution {
  readonly job: ResolvedJob;
  readonly sha256: string;
  readonly warnings: readonly JobWarning[];
  /** What was looked at for them. */
  readonly checked: Checked;
  /** Codes of the warnings for which the job would be refused without `force`. */
  readonly refusing: ReadonlySet<string>;
  readonly estimate: Estimate;
  readonly advice: Advice;
  /** What its models cost now. */
  readonly prices: readonly ModelPrice[];
  /** Stores rows that came with the request; the job then names where they are. Nothing is stored before a job is accepted. */
  readonly keep: () => Promise<ResolvedJob>;
}

/**
 * Turns a request into a job whose meaning nothing outside can change: references become versions, defaults are filled in, and whatever
 * cannot work is refused before anything is paid. Throws ParetuneError with the field, the value and the fix.
 */
export async function resolveJob(request: JobRequest, parts: ResolveParts): Promise<Resolution> {
  const problems = new Problems();
  const prompt = await resolvePrompt(request.prompt, parts.sources);
  problems.check(() => checkPrompt(prompt.content, 'prompt'));
  const suite =
    typeof request.suite === 'string' ? await parts.sources.suite(request.suite) : { ref: null, suite: request.suite };
  const sound = problems.check(() => {
    checkSuite(suite.suite, parts.evaluators, 'suite');
    return true;
  });
  const objectives = problems.check(() => checkObjectives(request.objectives, suite.suite));
  const strategy = problems.check(() => checkOptimizer(request.optimizer, parts.optimizers));
  problems.check(() => checkBudget(request));
  const models = problems.check(() => resolveModels(request, suite.suite, parts.evaluators));
  // What evaluators call stands in options that are not to be read before they are valid.
  const used =
    sound && models ? modelsOf({ prompt: prompt.content, suite: suite.suite, models }, parts.evaluators) : [];
  if (sound) problems.check(() => checkEndpoints(suite.suite, parts.evaluators, parts.checkEndpoint));
  for (const [path, model] of used) problems.check(() => parts.checkModel(model, path));
  problems.throwIfAny();
  if (!models || !objectives || !strategy) throw new Error('a check refused without a reason');
  const { optimizer, options: optimizerOptions } = strategy;
  const called = calledModels(prompt.content, models.task);
  for (const model of called) parts.checkModel(model, 'prompt');
  checkToolNeeds(needsOf(suite.suite, parts.evaluators), called);
  const dataset =
    typeof request.dataset === 'string'
      ? await parts.sources.dataset(request.dataset)
      : await parts.sources.inline(request.dataset.rows, request.split ?? null);
  // Inline rows were split by the request's ratio when they were taken in.
  const split = typeof request.dataset === 'string' ? (request.split ?? null) : null;
  const metrics = new MetricRows(objectives);
  const cohorts = new CohortCounts(objectives);
  const rows = await checkRows(split, prompt.content, suite.suite, dataset, parts.evaluators, [metrics, cohorts]);

  const { budget } = request;
  const withoutAa: ResolvedJob = {
    name: request.name ?? prompt.ref ?? 'unnamed',
    prompt: prompt.content,
    promptRef: prompt.ref,
    promptSha256: contentHash(prompt.content),
    dataset: { ref: dataset.ref, sha256: dataset.sha256, rows: rows.counts },
    split,
    suite: suite.suite,
    suiteRef: suite.ref,
    suiteSha256: contentHash(suite.suite),
    evaluatorVersions: evaluatorVersions(suite.suite, models.judge, parts.evaluators),
    objectives,
    optimizer: { type: optimizer.type, options: jsonObjectSchema.parse(JSON.parse(JSON.stringify(optimizerOptions))) },
    models,
    budget: { ...budget, confirmationRollouts: budget.confirmationRollouts ?? rows.counts.test * (1 + MAX_FINALISTS) },
    aaRows: 0,
    ablation: request.ablation,
    concurrency: request.concurrency,
    seed: request.seed,
    reuse: request.reuse,
  };
  if (rows.counts.test === 0 && budget.confirmationRollouts !== 0) {
    throw fieldError(
      'split',
      'the test split has no rows, so the winner cannot be confirmed; give it a share, or set budget.confirmationRollouts to 0 to do without a verdict',
    );
  }
  metrics.check(withoutAa.budget.confirmationRollouts > 0 ? ['validation', 'test'] : ['validation']);
  if (budget.usd !== undefined) checkPrices(used, parts.priceOf);
  const estimateOf = (job: ResolvedJob) => estimateJob(job, { train: rows.sample }, { ...parts, optimizer });
  const aa = chooseAaRows({
    wanted: request.aaRun,
    rows: rows.counts,
    confirmationRollouts: budget.confirmationRollouts,
    estimatedRollouts: estimateOf(withoutAa).rollouts,
  });
  const job = withAaRun(withoutAa, aa.rows, budget.confirmationRollouts);
  const estimate = estimateOf(job);
  const hopeless = hopelessOf(job, estimate);
  if (!request.force) refuse(hopeless);
  const judges = await parts.sources.judges(job.suite, job.models.judge);
  const warnings = [
    ...hopeless.map(({ code, message }) => ({ code, message })),
    ...dataset.warnings,
    ...warningsOf(job, parts.evaluators, parts),
    ...cohorts.warnings(),
    ...judges.flatMap(({ warnings: each }) => each),
    ...(aa.warning ? [aa.warning] : []),
  ];
  if (request.strict && warnings.length > 0) {
    throw new ParetuneError(
      'unprocessable',
      `strict: the job has ${warnings.length} warning(s): ${warnings.map((each) => each.message).join('; ')}`,
      warnings.map((each) => ({ path: 'strict', message: `${each.code}: ${each.message}` })),
    );
  }
  return {
    job,
    sha256: contentHash(job),
    warnings,
    checked: { job, estimate, judges, labelled: rows.labelled },
    refusing: new Set(hopeless.map(({ code }) => code)),
    estimate,
    advice: adviceOf(job, estimate),
    prices: pricesOf(used, parts.priceOf),
    keep: async () => ({ ...job, dataset: { ...job.dataset, ref: await dataset.keep() } }),
  };
}

function checkBudget({ budget }: JobRequest): void {
  if ([budget.rollouts, budget.tokens, budget.usd, budget.seconds].every((limit) => limit === undefined))
    throw fieldError('budget', 'set at least one limit: rollouts, tokens, usd or seconds');
}

/** Throws `unprocessable` with every reason why the job cannot work. */
function refuse(hopeless: readonly Hopeless[]): void {
  if (hopeless.length === 0) return;
  const errors = hopeless.map(({ path, message }) => ({
    path,
    message: `${message}; or run it all the same with "force": true (--force)`,
  }));
  throw new ParetuneError('unprocessable', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors);
}

/** Its rollouts come on top of what confirmation needs, unless the request says how many confirmation rollouts there are. */
function withAaRun(job: ResolvedJob, aaRows: number, given: number | undefined): ResolvedJob {
  const confirmationRollouts = given ?? job.budget.confirmationRollouts + aaRollouts(aaRows);
  return { ...job, budget: { ...job.budget, confirmationRollouts }, aaRows };
}

function resolveModels(
  request: JobRequest,
  suite: Suite,
  catalogue: readonly CatalogueEvaluator[],
): ResolvedJob['models'] {
  const { task, reflection = task, judge = null } = request.models;
  checkJudge(suite, judge, catalogue);
  return { task, reflection, judge };
}

/** Rows kept for the estimate. */
const SAMPLE = 50;

/** One pass over the rows: every row can fill the prompt and feed the evaluators, and no split that is needed is empty. */
async function checkRows(
  ratio: SplitRatio | null,
  prompt: PromptContent,
  suite: Suite,
  dataset: DatasetSource,
  catalogue: readonly CatalogueEvaluator[],
  counters: readonly { add(split: Split, row: Row): void }[],
): Promise<{ counts: Record<Split, number>; labelled: number; sample: Row[] }> {
  if (requiredVariables(prompt).length === 0) {
    throw fieldError(
      'prompt.messages',
      'no message has a placeholder, so the model would never see a row; add {{input}} (or the name of an input field)',
    );
  }
  const needs = needsOf(suite, catalogue);
  const counts: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const sample: Row[] = [];
  let labelled = 0;
  for await (const { split, row } of dataset.rows(ratio)) {
    counts[split] += 1;
    if (row.expected !== undefined) labelled += 1;
    for (const counter of counters) counter.add(split, row);
    if (split === 'train' && sample.length < SAMPLE) sample.push(row);
    const missing = missingVariables(prompt, row);
    if (missing.length > 0) {
      throw fieldError(
        'prompt.messages',
        `the prompt uses {{${missing[0]}}}, which row "${row.id}" of ${dataset.ref} does not have; rename the placeholder or add the field`,
      );
    }
    checkRowNeeds(needs, row, ` of ${dataset.ref}`);
  }
  for (const split of ['train', 'validation'] as const) {
    if (counts[split] === 0) {
      throw fieldError(
        'split',
        `the ${split} split has no rows (train ${counts.train}, validation ${counts.validation}, test ${counts.test}); give it a share or add rows`,
      );
    }
  }
  return { counts, labelled, sample };
}
