import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import { type MetricRef, type MetricValues, type Objective, parseMetric } from '../domain/objective.ts';
import type { Measured, SearchRow } from './contract.ts';

/**
 * What a frontier has one front for: `instance` each validation row, `objective` each objective's aggregate, `hybrid` both,
 * `cartesian` each pair of row and objective.
 */
export const FRONTIER_TYPES = ['instance', 'objective', 'hybrid', 'cartesian'] as const;
export type FrontierType = (typeof FRONTIER_TYPES)[number];

/** A candidate measured on all of validation. */
export interface Validation {
  readonly measured: readonly Measured[];
  /** Aggregates by objective metric. */
  readonly values: MetricValues;
}

/** The frontier values of a candidate. */
export type FrontierKeys = (validation: Validation) => [key: string, value: number][];

/**
 * Keys and values of a frontier type. Higher is better in all of them: what is to be minimized is negated. A missing score or value
 * gives no key, so that a candidate neither leads nor loses a front it was not measured on.
 */
export function frontierKeys(
  type: FrontierType,
  objectives: readonly Objective[],
  rows: readonly SearchRow[],
): FrontierKeys {
  const oriented = objectives.map((objective) => ({
    metric: objective.metric,
    sign: objective.goal === 'maximize' ? 1 : -1,
    ref: parseMetric(objective.metric),
  }));
  const rowOf = new Map(rows.map((row) => [row.id, row]));

  const instance: FrontierKeys = ({ measured }) =>
    measured.flatMap(({ rowId, score }) => (score === null ? [] : [[`row ${rowId}`, score]]));

  const objective: FrontierKeys = ({ values }) =>
    oriented.flatMap(({ metric, sign }) => {
      const value = values[metric] ?? null;
      return value === null ? [] : [[`objective ${metric}`, sign * value]];
    });

  const cartesian: FrontierKeys = ({ measured }) =>
    measured.flatMap((one) =>
      oriented.flatMap(({ metric, sign, ref }): [string, number][] => {
        const value = ref === null ? null : rowValue(one, ref, rowOf.get(one.rowId));
        return value === null ? [] : [[`row ${one.rowId} × objective ${metric}`, sign * value]];
      }),
    );

  switch (type) {
    case 'instance':
      return instance;
    case 'objective':
      return objective;
    case 'hybrid':
      return (validation) => [...instance(validation), ...objective(validation)];
    case 'cartesian':
      return cartesian;
  }
}

/**
 * What one row says about a metric: its base value, or pass / fail (1 / 0) for a pass rate. A row outside the metric's cohort says nothing.
 * Aggregates that a single row does not have (percentiles, recall of a class, …) fall back to the base value.
 */
function rowValue(measured: Measured, ref: MetricRef, row: SearchRow | undefined): number | null {
  if (ref.cohort !== undefined && !inCohort(row, ref.cohort)) return null;
  const value = measured.values[ref.base] ?? null;
  if (value === null || ref.aggregate !== 'passRate') return value;
  const score = measured.rollout.scores[ref.base];
  return score === undefined ? value : Number(score.pass);
}

/** `cohort` is the row's own cohort, anything else a metadata key or a dotted path, as in the aggregates. */
function inCohort(row: SearchRow | undefined, cohort: { readonly field: string; readonly value: string }): boolean {
  if (row === undefined) return false;
  const { field } = cohort;
  const value =
    field === 'cohort'
      ? row.cohort
      : Object.hasOwn(row.metadata, field)
        ? row.metadata[field]
        : member(row.metadata, field);
  if (value === undefined || value === null) return false;
  return (typeof value === 'object' ? canonicalJson(value) : String(value)) === cohort.value;
}

function member(metadata: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = metadata;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = value[key];
  }
  return value;
}
