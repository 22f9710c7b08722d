import type { FieldError } from '../domain/errors.ts';
import type { Gate } from '../domain/gate.ts';
import { OPERATIONAL_METRICS, parseMetric } from '../domain/objective.ts';
import type { Suite } from '../domain/suite.ts';
import { nearestNames } from './nearest.ts';

/** What is wrong with a metric name: its grammar, or that nothing in the suite has that name. Null when it is one. */
export function metricError(metric: string, suite: Pick<Suite, 'evaluators'>): string | null {
  const ids = suite.evaluators.map(({ id }) => id);
  const first = ids[0] ?? 'routing';
  const parsed = parseMetric(metric);
  if (!parsed)
    return `"${metric}" is not a metric; examples: ${first}, ${first}.passRate, ${first}.recall[label], latency.p99, ${first}@cohort[tier=gold]`;
  const known: readonly string[] = [...ids, ...OPERATIONAL_METRICS];
  if (known.includes(parsed.base)) return null;
  const near = nearestNames(parsed.base, known, 1);
  const hint = near.length > 0 ? `; did you mean "${near[0]}"?` : '';
  return `"${parsed.base}" is neither an evaluator of the suite (${ids.join(', ')}) nor one of ${OPERATIONAL_METRICS.join(', ')}${hint}`;
}

/** What is wrong with gates; `path` is where they stand in the request. */
export function gateErrors(gates: readonly Gate[], suite: Pick<Suite, 'evaluators'>, path: string): FieldError[] {
  return gates.flatMap(({ metric, perCohort }, index) => {
    const message = metricError(metric, suite);
    if (message !== null) return [{ path: `${path}.${index}.metric`, message }];
    if (perCohort === undefined || !parseMetric(metric)?.cohort) return [];
    const twice = `"${metric}" is about one cohort already; drop perCohort or the @cohort[…] of the metric`;
    return [{ path: `${path}.${index}.perCohort`, message: twice }];
  });
}
