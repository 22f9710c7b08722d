import type { Row } from '../domain/dataset.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import { type MetricRef, OPERATIONAL_METRICS } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { COUNTS_AGAINST_CANDIDATE } from '../domain/suite.ts';
import { rowLanguage } from './row-language.ts';
import { passAtK, passHatK } from './statistics/pass-at-k.ts';

/** Rollouts of one candidate by row id; several per row are its repeats. */
export type RolloutsByRow = ReadonlyMap<string, readonly MeasuredRollout[]>;

export function byRow(rollouts: readonly MeasuredRollout[]): RolloutsByRow {
  const index = new Map<string, MeasuredRollout[]>();
  for (const rollout of rollouts) {
    const known = index.get(rollout.rowId);
    if (known) known.push(rollout);
    else index.set(rollout.rowId, [rollout]);
  }
  return index;
}

const OPERATIONAL: ReadonlySet<string> = new Set(OPERATIONAL_METRICS);
export const isOperational = (base: string): boolean => OPERATIONAL.has(base);

const countsPasses = ({ aggregate }: MetricRef): boolean =>
  aggregate === 'passRate' || aggregate === 'passAt' || aggregate === 'passAll';

/**
 * What one rollout says about a metric; null = missing. Evaluators: the score's value, or 0/1 for what counts passes. Operational metrics are read
 * from the rollout's values; `errorRate` is 1 for a rollout with an error (a budget stop says nothing about the candidate: missing).
 */
function rolloutValue(ref: MetricRef, rollout: MeasuredRollout): number | null {
  if (ref.base === 'errorRate' && !countsPasses(ref)) {
    if (rollout.error?.category === 'budget-stop') return null;
    return rollout.error === undefined ? 0 : 1;
  }
  // Nothing passes or fails a token count: such a pass rate is not measurable.
  if (isOperational(ref.base)) return countsPasses(ref) ? null : (rollout.values[ref.base] ?? null);
  const score = rollout.scores[ref.base];
  if (score === undefined || score.value === null) return null;
  return countsPasses(ref) ? Number(score.pass) : score.value;
}

/** A row's value: the mean over its repeats that have one, or pass@k / pass^k of them; null when none has, or fewer than k. */
export function rowValue(ref: MetricRef, rollouts: readonly MeasuredRollout[] | undefined): number | null {
  // Asked for each of a hundred thousand rows, metric by metric: no lists on the way.
  let [count, sum] = [0, 0];
  for (const rollout of rollouts ?? []) {
    const value = rolloutValue(ref, rollout);
    if (value === null) continue;
    count += 1;
    sum += value;
  }
  if (ref.k !== undefined) return (ref.aggregate === 'passAt' ? passAtK : passHatK)(sum, count, ref.k);
  return count === 0 ? null : sum / count;
}

const asLabel = (value: Json): string => (typeof value === 'string' ? value.trim() : canonicalJson(value));

/** The class a row belongs to: its expected answer as trimmed text; null without one. */
export function actualLabel(row: Row): string | null {
  return row.expected === undefined ? null : asLabel(row.expected);
}

/**
 * The class an output names: the trimmed output. `{ label: null }` = no class was named (an error that counts against the candidate);
 * null = missing: the evaluator could not score the rollout, or the error was not the candidate's.
 */
export function predictedLabel(ref: MetricRef, rollout: MeasuredRollout): { readonly label: string | null } | null {
  if (rollout.error) return COUNTS_AGAINST_CANDIDATE.has(rollout.error.category) ? { label: null } : null;
  const score = rollout.scores[ref.base];
  if (score === undefined || score.value === null) return null;
  return { label: rollout.output.trim() };
}

/** Joins the fields of a cohort, and the values of such a cohort. */
const AND = '&';

/**
 * The value of a row in a cohort field: `cohort` is the row's own cohort, anything else a metadata key or dotted path, or where the row
 * has none of that name `language` (of its input) or `label` (its expected answer). Fields joined by `&` are one field whose values are
 * joined alike: `tier&language` may be `gold&de`. Null when the row has none.
 */
export function cohortValue(row: Row, field: string): string | null {
  if (field === 'cohort') return row.cohort ?? null;
  if (Object.hasOwn(row.metadata, field)) return cohortText(row.metadata[field]);
  if (field.includes(AND)) {
    const values = field.split(AND).map((part) => cohortValue(row, part.trim()));
    return values.includes(null) ? null : values.join(AND);
  }
  return inMetadata(row, field) ?? automaticValue(row, field);
}

function automaticValue(row: Row, field: string): string | null {
  if (field === 'language') return rowLanguage(row);
  return field === 'label' ? actualLabel(row) : null;
}

function inMetadata(row: Row, field: string): string | null {
  let value: Json | undefined = row.metadata;
  for (const key of field.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return cohortText(value);
}

function cohortText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? canonicalJson(value) : String(value);
}

/** The rows that a metric is about. */
export function cohortRows(ref: MetricRef, rows: readonly Row[]): readonly Row[] {
  const { cohort } = ref;
  return cohort === undefined ? rows : rows.filter((row) => cohortValue(row, cohort.field) === cohort.value);
}
