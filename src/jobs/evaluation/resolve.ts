import { contentHash } from '../../domain/content-hash.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import type { ModelPrice } from '../../domain/price.ts';
import { calledModels } from '../../domain/prompt.ts';
import type { Suite } from '../../domain/suite.ts';
import type { CatalogueEvaluator } from '../../lab/evaluator.ts';
import { evaluatorVersions } from '../../lab/evaluator-versions.ts';
import { checkSuite } from '../../registry/check-suite.ts';
import { checkEndpoints, modelsOf, type UsedModel } from '../job-models.ts';
import { checkPrices, pricesOf } from '../job-prices.ts';
import type { ResolveParts } from '../resolve.ts';
import type { DatasetSource } from '../sources.ts';
import { checkJudge, checkToolNeeds, needsOf } from '../suite-needs.ts';
import type { JobWarning } from '../warnings.ts';
import { checkBudget, checkGates, refusal } from './check-request.ts';
import { rowCheck } from './check-rows.ts';
import { type PromptAt, type PromptParts, resolvePrompts } from './resolve-prompts.ts';
import { type ResolvedEvaluation, runsOf } from './resolved.ts';
import { evaluationWarnings, type WarningParts } from './warnings.ts';

export interface EvaluationParts extends Omit<ResolveParts, 'optimizers'>, PromptParts, WarningParts {}

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
  const check = rowCheck(request, prompts, suite.suite, parts.evaluators);
  const rows = await check('dataset', dataset, ratio, request.split);
  const oodRows = ood ? await check('ood', ood, null, request.ood?.split ?? 'all') : 0;

  const content = prompts.map(({ prompt }) => prompt);
  const { repeats, aa } = request;
  const rollouts = content.reduce((sum, { id }) => sum + runsOf({ repeats, aa }, id) * (rows + oodRows), 0);
  checkBudget(request, rollouts);
  if (request.budget.usd !== undefined) checkPrices(used, parts.priceOf);
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
