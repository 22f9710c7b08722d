import { z } from 'zod';

export const objectiveSchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .describe(
        '`routing`, `routing.passRate`, `routing.recall[escalate]`, `promptTokens`, `latency.p95`, …; `@cohort[field=value]` behind any of them.',
      ),
    goal: z.enum(['maximize', 'minimize']).describe('Which way is better.'),
    headline: z.boolean().optional().describe('The metric that names the winner; default: the first one to maximize.'),
    limit: z.number().optional().describe('Hard limit: at least this when maximizing, at most this when minimizing.'),
    notWorseThanBaseline: z
      .number()
      .min(0)
      .optional()
      .describe('Hard constraint: may be worse than the baseline by at most this margin.'),
  })
  .meta({ id: 'Objective' });
export type Objective = z.infer<typeof objectiveSchema>;

/** Metrics that every rollout has, whatever the suite. */
export const OPERATIONAL_METRICS = ['promptTokens', 'outputTokens', 'costPerCall', 'latency', 'errorRate'] as const;

export const AGGREGATES = [
  'mean',
  'median',
  'passRate',
  'p50',
  'p90',
  'p95',
  'p99',
  'precision',
  'recall',
  'f1',
  'macroF1',
  'microF1',
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** A metric name, parsed. `base` is an evaluator id or an operational metric. */
export interface MetricRef {
  readonly name: string;
  readonly base: string;
  readonly aggregate: Aggregate;
  /** Class label of precision / recall / f1. */
  readonly label?: string;
  readonly cohort?: { readonly field: string; readonly value: string };
}

const METRIC = /^([A-Za-z][A-Za-z0-9_-]*)(?:\.([A-Za-z0-9]+)(?:\[([^\]]+)\])?)?(?:@cohort\[([^=\]]+)=([^\]]*)\])?$/;

/** Parses a metric name; null when it does not follow the grammar. */
export function parseMetric(name: string): MetricRef | null {
  const match = METRIC.exec(name);
  if (!match) return null;
  const [, base, aggregateName = 'mean', label, field, value] = match;
  const aggregate = AGGREGATES.find((known) => known === aggregateName);
  if (base === undefined || aggregate === undefined) return null;
  const needsLabel = aggregate === 'precision' || aggregate === 'recall' || aggregate === 'f1';
  if (needsLabel !== (label !== undefined)) return null;
  return {
    name,
    base,
    aggregate,
    ...(label !== undefined && { label }),
    ...(field !== undefined && value !== undefined && { cohort: { field, value } }),
  };
}

/** Aggregated metric values by objective metric name; null = not measured or not measurable. */
export type MetricValues = Readonly<Record<string, number | null>>;

/** The objective that names the winner. */
export function headlineOf(objectives: readonly Objective[]): Objective {
  const headline =
    objectives.find((objective) => objective.headline) ??
    objectives.find((objective) => objective.goal === 'maximize') ??
    objectives[0];
  if (!headline) throw new Error('a job has at least one objective');
  return headline;
}

/** The value that a hard constraint of this objective allows: the tighter of the limit and the baseline with its margin. Null without a constraint. */
export function boundOf(objective: Objective, baseline: MetricValues): number | null {
  const sign = objective.goal === 'maximize' ? 1 : -1;
  const bounds: number[] = [];
  if (objective.limit !== undefined) bounds.push(objective.limit);
  const base = baseline[objective.metric];
  if (objective.notWorseThanBaseline !== undefined && base !== null && base !== undefined) {
    bounds.push(base - sign * objective.notWorseThanBaseline);
  }
  if (bounds.length === 0) return null;
  return sign === 1 ? Math.max(...bounds) : Math.min(...bounds);
}

/**
 * How far values break the hard constraints: 0 = feasible, otherwise the sum of relative excesses. A constrained metric that could
 * not be measured breaks its constraint by 1: what is unknown never wins.
 */
export function violation(objectives: readonly Objective[], values: MetricValues, baseline: MetricValues): number {
  let total = 0;
  for (const objective of objectives) {
    const bound = boundOf(objective, baseline);
    if (bound === null) continue;
    const value = values[objective.metric];
    if (value === null || value === undefined) {
      total += 1;
      continue;
    }
    const excess = objective.goal === 'maximize' ? bound - value : value - bound;
    if (excess > 1e-12) total += excess / Math.max(Math.abs(bound), 1e-6);
  }
  return total;
}

/** Order for "better first": feasible before infeasible, smaller violation, then the headline. A missing headline is worst. */
export function compareValues(
  objectives: readonly Objective[],
  a: MetricValues,
  b: MetricValues,
  baseline: MetricValues,
): number {
  const broken = violation(objectives, a, baseline) - violation(objectives, b, baseline);
  if (broken !== 0) return broken;
  const headline = headlineOf(objectives);
  const left = a[headline.metric] ?? null;
  const right = b[headline.metric] ?? null;
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return headline.goal === 'maximize' ? right - left : left - right;
}
