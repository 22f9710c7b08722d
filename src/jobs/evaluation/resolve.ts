import { contentHash } from '../../domain/content-hash.ts';
import { missingVariables } from '../../domain/dataset.ts';
import { type FieldError, fieldError, ParetuneError } from '../../domain/errors.ts';
import type { EvaluationCandidate, EvaluationRequest } from '../../domain/evaluation.ts';
import type { ModelPrice } from '../../domain/price.ts';
import { calledModels, checkPrompt, type PromptContent, requiredVariables } from '../../domain/prompt.ts';
import type { Suite } from '../../domain/suite.ts';
import type { CatalogueEvaluator } from '../../lab/evaluator.ts';
import { evaluatorVersions } from '../../lab/evaluator-versions.ts';
import { gateErrors, metricError } from '../../registry/check-gates.ts';
import { checkSuite } from '../../registry/check-suite.ts';
import { checkEndpoints, modelsOf, type UsedModel } from '../job-models.ts';
import { checkPrices, pricesOf } from '../job-prices.ts';
import { MetricRows } from '../metric-rows.ts';
import type { ResolveParts } from '../resolve.ts';
import { resolvePrompt } from '../resolve-prompt.ts';
import type { DatasetSource } from '../sources.ts';
import { checkJudge, checkRowNeeds, checkToolNeeds, needsOf } from '../suite-needs.ts';
import type { JobWarning } from '../warnings.ts';
import { BASELINE, type ResolvedEvaluation, type ResolvedPrompt, runsOf } from './resolved.ts';
import { measuredRows } from './rows.ts';
import { evaluationWarnings, type SealedReads } from './warnings.ts';

export interface EvaluationParts extends Omit<ResolveParts, 'optimizers'> {
  /** The prompt of a candidate of a job; `best` is what the job stands behind. Throws `not_found`. */
  readonly jobCandidate: (
    jobId: string,
    candidateId: string,
  ) => Promise<{ readonly source: NonNullable<ResolvedPrompt['source']>; readonly content: PromptContent }>;
  /** How often the sealed rows of a dataset were read before. */
  readonly sealedReads: (sha256: string) => Promise<SealedReads>;
  /** Content hash of the dataset that a job selected its candidates on. */
  readonly datasetOfJob: (jobId: string) => Promise<string | null>;
}

export interface EvaluationResolution {
  readonly evaluation: ResolvedEvaluation;
  readonly warnings: readonly JobWarning[];
  readonly prices: readonly ModelPrice[];
  /** Stores rows that came with the request. Nothing is stored before an evaluation is accepted. */
  readonly keep: () => Promise<ResolvedEvaluation>;
}

/**
 * Turns a request into an evaluation whose meaning nothing outside can change, and refuses whatever cannot work before anything is paid.
 * Throws ParetuneError with the field, the value and the fix.
 */
export async function resolveEvaluation(
  request: EvaluationRequest,
  parts: EvaluationParts,
): Promise<EvaluationResolution> {
  const prompts = await resolvePrompts(request, parts);
  const suite =
    typeof request.suite === 'string' ? await parts.sources.suite(request.suite) : { ref: null, suite: request.suite };
  checkSuite(suite.suite, parts.evaluators, 'suite');
  const headline = request.headline ?? suite.suite.evaluators[0]?.id ?? '';
  checkGates(request, suite.suite, headline);
  const models = { task: request.models.task, judge: request.models.judge ?? null };
  checkJudge(suite.suite, models.judge, parts.evaluators);
  const used = usedModels(prompts, suite.suite, models, parts.evaluators);
  checkEndpoints(suite.suite, parts.evaluators, parts.checkEndpoint);
  for (const [path, model] of used) parts.checkModel(model, path);
  const needs = needsOf(suite.suite, parts.evaluators);
  for (const { path, prompt } of prompts) {
    const called = calledModels(prompt.prompt, models.task);
    for (const model of called) parts.checkModel(model, path);
    checkToolNeeds(needs, called);
  }
  const dataset = await sourceOf(request.dataset, request.ratio ?? null, parts);
  // Inline rows were split by the request's ratio when they were taken in.
  const ratio = typeof request.dataset === 'string' ? (request.ratio ?? null) : null;
  const ood = request.ood && (await sourceOf(request.ood.dataset, null, parts));
  const check = rowCheck(request, prompts, suite.suite, parts);
  const rows = await check('dataset', dataset, ratio, request.split);
  const oodRows = ood ? await check('ood', ood, null, request.ood?.split ?? 'all') : 0;

  const content = prompts.map(({ prompt }) => prompt);
  const { repeats, aa } = request;
  const rollouts = content.reduce((sum, { id }) => sum + runsOf({ repeats, aa }, id) * (rows + oodRows), 0);
  checkBudget(request, rollouts, used, parts);
  const evaluation: ResolvedEvaluation = {
    name:
      request.name ??
      content
        .map(({ name }) => name)
        .join(' and ')
        .slice(0, 200),
    prompts: content,
    hasBaseline: request.baseline !== undefined,
    dataset: { ref: dataset.ref, sha256: dataset.sha256, split: request.split, rows },
    ratio,
    ood:
      ood && request.ood
        ? { ref: ood.ref, sha256: ood.sha256, split: request.ood.split, rows: oodRows, margin: request.ood.margin }
        : null,
    suite: suite.suite,
    suiteRef: suite.ref,
    suiteSha256: contentHash(suite.suite),
    evaluatorVersions: evaluatorVersions(suite.suite, models.judge, parts.evaluators),
    headline,
    gates: request.gates,
    models,
    budget: { ...request.budget, rollouts: request.budget.rollouts ?? rollouts },
    repeats,
    aa,
    concurrency: request.concurrency,
    seed: request.seed,
    reuse: request.reuse && !aa,
  };
  const judges = await parts.sources.judges(evaluation.suite, evaluation.models.judge);
  const warnings = [
    ...dataset.warnings,
    ...(ood?.warnings ?? []),
    ...judges.flatMap((judge) => judge.warnings),
    ...(await evaluationWarnings(evaluation, parts)),
  ];
  if (request.strict && warnings.length > 0) {
    const errors = warnings.map(({ code, message }) => ({ path: 'strict', message: `${code}: ${message}` }));
    throw refusal(errors);
  }
  return {
    evaluation,
    warnings,
    prices: pricesOf(used, parts.priceOf),
    keep: async () => ({
      ...evaluation,
      dataset: { ...evaluation.dataset, ref: await dataset.keep() },
      ood: evaluation.ood && ood ? { ...evaluation.ood, ref: await ood.keep() } : null,
    }),
  };
}

interface PromptAt {
  /** Where it stands in the request. */
  readonly path: string;
  readonly prompt: ResolvedPrompt;
}

async function resolvePrompts(request: EvaluationRequest, parts: EvaluationParts): Promise<PromptAt[]> {
  const { baseline, candidates, aa } = request;
  if (candidates.length === 0 && !aa)
    throw fieldError(
      'candidates',
      'there is none; give at least one, or set aa to measure the baseline against itself',
    );
  if (aa && baseline === undefined) throw fieldError('baseline', 'is missing: aa measures the baseline against itself');
  const asked = [
    ...(baseline === undefined ? [] : [{ path: 'baseline', id: BASELINE, asked: baseline }]),
    ...candidates.map((each, index) => ({ path: `candidates.${index}`, id: `c${index + 1}`, asked: each })),
  ];
  const prompts: PromptAt[] = [];
  const names = new Set<string>();
  for (const { path, id, asked: candidate } of asked) {
    const { name, ref, source, content } = await promptOf(candidate, path, id, parts);
    checkPrompt(content, path);
    if (requiredVariables(content).length === 0)
      throw fieldError(
        path,
        'no message has a placeholder, so the model would never see a row; add {{input}} (or the name of an input field)',
      );
    const unique = names.has(name) ? `${name} (${id})` : name;
    names.add(unique);
    prompts.push({ path, prompt: { id, name: unique, ref, sha256: contentHash(content), source, prompt: content } });
  }
  return prompts;
}

async function promptOf(
  candidate: EvaluationCandidate,
  path: string,
  id: string,
  { sources, jobCandidate }: EvaluationParts,
): Promise<Pick<ResolvedPrompt, 'name' | 'ref' | 'source'> & { readonly content: PromptContent }> {
  const plain = id === BASELINE ? 'baseline' : id;
  if (typeof candidate === 'object' && 'job' in candidate) {
    const { source, content } = await jobCandidate(candidate.job, candidate.candidate).catch((error: unknown) => {
      if (!(error instanceof ParetuneError)) throw error;
      throw fieldError(path, error.message, 'unknown_reference');
    });
    return { name: candidate.name ?? `${source.jobId}/${source.candidateId}`, ref: null, source, content };
  }
  if (typeof candidate === 'object' && 'prompt' in candidate) {
    const { ref, content } = await resolvePrompt(candidate.prompt, sources, `${path}.prompt`);
    const { model } = candidate;
    const named = ref === null ? plain : model ? `${ref} on ${model.model}` : ref;
    return { name: candidate.name ?? named, ref, source: null, content: model ? { ...content, model } : content };
  }
  const { ref, content } = await resolvePrompt(candidate, sources, path);
  return { name: ref ?? plain, ref, source: null, content };
}

function checkGates({ gates, baseline }: EvaluationRequest, suite: Suite, headline: string): void {
  const errors = gateErrors(gates, suite, 'gates');
  const named = metricError(headline, suite);
  if (named !== null) errors.push({ path: 'headline', message: named });
  if (baseline === undefined)
    gates.forEach((gate, index) => {
      for (const field of ['betterThanBaseline', 'notWorseThanBaseline'] as const)
        if (gate[field] !== undefined)
          errors.push({
            path: `gates.${index}.${field}`,
            message: 'compares with the baseline, and there is none; set baseline',
          });
    });
  if (errors.length > 0) throw refusal(errors);
}

const refusal = (errors: readonly FieldError[]) =>
  new ParetuneError('unprocessable', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors);

function usedModels(
  prompts: readonly PromptAt[],
  suite: Suite,
  { task, judge }: ResolvedEvaluation['models'],
  catalogue: readonly CatalogueEvaluator[],
): UsedModel[] {
  return prompts.flatMap(({ path, prompt }) =>
    modelsOf({ prompt: prompt.prompt, suite, models: { task, reflection: task, judge } }, catalogue).map(
      ([at, model]): UsedModel => [at.startsWith('prompt.') ? `${path}.${at.slice('prompt.'.length)}` : at, model],
    ),
  );
}

const sourceOf = (
  dataset: EvaluationRequest['dataset'],
  ratio: EvaluationRequest['ratio'] | null,
  { sources }: EvaluationParts,
): Promise<DatasetSource> =>
  typeof dataset === 'string' ? sources.dataset(dataset) : sources.inline(dataset.rows, ratio ?? null);

/** Makes a pass over rows: each can fill every prompt and feed the evaluators, and gates are about some. Gives their number. */
function rowCheck(request: EvaluationRequest, prompts: readonly PromptAt[], suite: Suite, parts: EvaluationParts) {
  const needs = needsOf(suite, parts.evaluators);
  return async (
    of: 'dataset' | 'ood',
    source: DatasetSource,
    ratio: EvaluationRequest['ratio'] | null,
    split: EvaluationRequest['split'],
  ): Promise<number> => {
    const asked = [new MetricRows(suite.gates ?? [], 'suite.gates'), new MetricRows(request.gates, 'gates')];
    const measured = split === 'all' ? 'measured' : split;
    let rows = 0;
    for await (const row of measuredRows(source, ratio ?? null, split, of)) {
      rows += 1;
      for (const metrics of asked) metrics.add(measured, row);
      for (const { path, prompt } of prompts) {
        const [missing] = missingVariables(prompt.prompt, row);
        if (missing !== undefined)
          throw fieldError(
            path,
            `the prompt uses {{${missing}}}, which row "${row.id}" of ${source.ref} does not have; rename the placeholder or add the field`,
          );
      }
      checkRowNeeds(needs, row, ` of ${source.ref}`);
    }
    if (rows === 0)
      throw fieldError(
        of === 'ood' ? 'ood.split' : 'split',
        `${source.ref} has no ${split === 'all' ? '' : `${split} `}rows that could be measured; choose another split or add rows`,
      );
    if (of === 'dataset') for (const metrics of asked) metrics.check([measured]);
    return rows;
  };
}

function checkBudget(
  { budget }: EvaluationRequest,
  rollouts: number,
  used: readonly UsedModel[],
  { priceOf }: EvaluationParts,
): void {
  if (budget.rollouts !== undefined && budget.rollouts < rollouts)
    throw fieldError(
      'budget.rollouts',
      `${budget.rollouts} do not pay for ${rollouts} rollouts: every prompt on every row as often as asked for; raise it, or measure fewer rows`,
    );
  if (budget.usd !== undefined) checkPrices(used, priceOf);
}
