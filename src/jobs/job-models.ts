import type { ModelConfig } from '../domain/model.ts';
import { isChain } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator, Endpoint } from '../lab/evaluator.ts';
import type { ResolvedJob } from './resolved.ts';

/** A model that a job may call, and where the request says so. */
export type UsedModel = readonly [path: string, model: ModelConfig];

/**
 * Every model that a job may call. A prompt, a step of a chain and an evaluator can each bring a model of their own: what is checked of
 * `models.task` (address, key, price) has to be checked of all of them.
 */
export function modelsOf(
  { prompt, suite, models }: Pick<ResolvedJob, 'prompt' | 'suite' | 'models'>,
  catalogue: readonly CatalogueEvaluator[],
): UsedModel[] {
  const named: [string, ModelConfig | null | undefined][] = [
    ['models.task', models.task],
    ['models.reflection', models.reflection],
    ['models.judge', models.judge],
    ['prompt.model', prompt.model],
    ...(isChain(prompt) ? prompt.steps : []).map((step, index): [string, ModelConfig | undefined] => [
      `prompt.steps.${index}.prompt.model`,
      step.prompt.model,
    ]),
    ...suite.evaluators.map((spec, index): [string, ModelConfig | undefined] => [
      `suite.evaluators.${index}.judge`,
      spec.judge,
    ]),
    ...suite.evaluators.flatMap((spec, index) =>
      (spec.panel ?? []).map((model, at): [string, ModelConfig] => [`suite.evaluators.${index}.panel.${at}`, model]),
    ),
    ...reachOf(suite, catalogue).flatMap(({ models: own = [], index }) =>
      own.map((model): [string, ModelConfig] => [`suite.evaluators.${index}.options.model`, model]),
    ),
  ];
  return named.flatMap(([path, model]) => (model ? [[path, model] as const] : []));
}

/** What the evaluators of a suite call besides judges. */
function reachOf(suite: Suite, catalogue: readonly CatalogueEvaluator[]) {
  return suite.evaluators.map((spec, index) => ({
    index,
    ...catalogue.find(({ type }) => type === spec.type)?.reaches(spec.options),
  }));
}

/** Checks the servers of the user's own that a suite asks. `check` throws for one that cannot be called from here. */
export function checkEndpoints(
  suite: Suite,
  catalogue: readonly CatalogueEvaluator[],
  check: (endpoint: Endpoint, path: string) => void,
): void {
  for (const { endpoints = [], index } of reachOf(suite, catalogue))
    for (const endpoint of endpoints) check(endpoint, `suite.evaluators.${index}.options`);
}
