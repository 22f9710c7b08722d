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
    perCohort: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A cohort field (`cohort` or a metadata field): the hard constraint holds in each of its cohorts, too.',
      ),
  })
  .meta({ id: 'Objective' });
export type Objective = z.infer<typeof objectiveSchema>;

/** Metrics that every rollout has, whatever the suite. */
export const OPERATIONAL_METRICS = ['promptTokens', 'outputTokens', 'costPerCall', 'latency', 'errorRate'] as const;

export const AGGREGATES = [
  'mean',
  'median',
  'passRate',
  'passAt',
  'passAll',
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
  /** Runs of passAt / passAll. */
  readonly k?: number;
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
  const needsRuns = aggregate === 'passAt' || aggregate === 'passAll';
  if ((needsLabel || needsRuns) !== (label !== undefined)) return null;
  if (needsRuns && !/^[1-9]\d?$/.test(label ?? '')) return null;
  return {
    name,
    base,
    aggregate,
    ...(label !== undefined && (needsRuns ? { k: Number(label) } : { label })),
    ...(field !== undefined && value !== undefined && { cohort: { field, value } }),
  };
}

const SMALLER_IS_BETTER: ReadonlySet<string> = new Set(OPERATIONAL_METRICS);

/** Which way is better where nobody says: scores are good when high; tokens, money, time and errors when low. */
export function goalOf({ base, aggregate }: Pick<MetricRef, 'base' | 'aggregate'>): Objective['goal'] {
  return SMALLER_IS_BETTER.has(base) && aggregate !== 'passRate' ? 'minimize' : 'maximize';
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

/** What a candidate has reached: its objective values, and how far it breaks the hard constraints (0 = feasible). */
export interface Standing {
  readonly values: MetricValues;
  readonly violation: number;
}

/** Order for "better first": feasible before infeasible, smaller violation, then the headline. A missing headline is worst. */
export function compareStandings(objectives: readonly Objective[], a: Standing, b: Standing): number {
  if (a.violation !== b.violation) return a.violation - b.violation;
  const headline = headlineOf(objectives);
  const left = a.values[headline.metric] ?? null;
  const right = b.values[headline.metric] ?? null;
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return headline.goal === 'maximize' ? right - left : left - right;
}
