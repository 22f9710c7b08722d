import type { z } from 'zod';
import { type FieldError, fieldError, ParetuneError } from '../domain/errors.ts';
import { headlineOf, type Objective, OPERATIONAL_METRICS, parseMetric } from '../domain/objective.ts';
import type { Suite } from '../domain/suite.ts';
import type { ListedOptimizer } from '../search/contract.ts';

/** Zod issues as field errors under a path. */
export function fieldErrorsOf(error: z.ZodError, path: string): FieldError[] {
  return error.issues.map((issue) => ({ path: [path, ...issue.path.map(String)].join('.'), message: issue.message }));
}

/** The optimizer's options with their defaults. Throws `unprocessable`. */
export function checkOptimizer(
  stage: { type: string; options: unknown },
  optimizers: readonly ListedOptimizer[],
): { optimizer: ListedOptimizer; options: unknown } {
  const optimizer = optimizers.find((known) => known.type === stage.type);
  if (!optimizer) {
    throw fieldError(
      'optimizer.type',
      `there is no optimizer "${stage.type}"; known are ${optimizers.map((each) => each.type).join(', ')}`,
    );
  }
  const options = optimizer.options.safeParse(stage.options);
  if (!options.success) {
    const errors = fieldErrorsOf(options.error, 'optimizer.options');
    throw new ParetuneError('unprocessable', errors.map((each) => `${each.path}: ${each.message}`).join('; '), errors);
  }
  return { optimizer, options: options.data };
}

/** The objectives of a request, or the default: maximize the first evaluator. Throws `unprocessable`. */
export function checkObjectives(requested: readonly Objective[] | undefined, suite: Suite): Objective[] {
  const first = suite.evaluators[0]?.id ?? '';
  const objectives = requested ? [...requested] : [{ metric: first, goal: 'maximize' as const, headline: true }];
  const ids = suite.evaluators.map((spec) => spec.id);
  const operational: readonly string[] = OPERATIONAL_METRICS;
  objectives.forEach((objective, index) => {
    const at = `objectives.${index}.metric`;
    const parsed = parseMetric(objective.metric);
    if (!parsed) {
      throw fieldError(
        at,
        `"${objective.metric}" is not a metric; examples: ${first}, ${first}.passRate, ${first}.recall[label], latency.p95, ${first}@cohort[tier=gold]`,
      );
    }
    if (!ids.includes(parsed.base) && !operational.includes(parsed.base)) {
      throw fieldError(
        at,
        `"${parsed.base}" is neither an evaluator of the suite (${ids.join(', ')}) nor one of ${operational.join(', ')}`,
      );
    }
    if (objective.perCohort === undefined) return;
    if (objective.limit === undefined && objective.notWorseThanBaseline === undefined)
      throw fieldError(
        `objectives.${index}.perCohort`,
        'says in which cohorts a hard constraint holds, and there is none; add limit or notWorseThanBaseline',
      );
    if (parsed.cohort)
      throw fieldError(
        `objectives.${index}.perCohort`,
        `"${objective.metric}" is about one cohort already; drop perCohort or the @cohort[…] of the metric`,
      );
  });
  if (objectives.filter((each) => each.headline).length > 1)
    throw fieldError('objectives', 'only one objective can be the headline');
  const twice = objectives.findIndex(({ metric }, at) => objectives.findIndex((each) => each.metric === metric) < at);
  if (twice >= 0)
    throw fieldError(
      `objectives.${twice}.metric`,
      `"${objectives[twice]?.metric}" has an objective already; a metric may appear once, and one entry takes headline, limit, notWorseThanBaseline and perCohort together`,
    );
  const headline = headlineOf(objectives);
  const parsed = parseMetric(headline.metric);
  if (!parsed || headline.goal !== 'maximize' || !ids.includes(parsed.base)) {
    throw fieldError(
      'objectives',
      `the headline "${headline.metric}" must be a metric of an evaluator (${ids.join(', ')}) to maximize; make token, cost and latency metrics constraints with "limit"`,
    );
  }
  return objectives;
}
