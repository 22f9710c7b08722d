import type { Row } from '../domain/dataset.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { Interval } from '../domain/verdict.ts';
import { byRow, cohortValue, type RolloutsByRow } from './aggregate-values.ts';
import { quantile } from './statistics/quantile.ts';
import { scoreInterval } from './statistics/score-interval.ts';

/** How often one evaluator fails in one cohort. */
export interface CohortFailRate {
  readonly evaluator: string;
  /** Share of rows that fail (repeats averaged within the row); null when none could be scored. */
  readonly failRate: number | null;
  /** Rows that it stands on. */
  readonly rows: number;
  readonly missing: number;
  /** Mid-p, or quasi-binomial where repeats of a row differ. */
  readonly interval: Interval | null;
  /** The interval is wider than ± the margin: a rate that says little, whatever it is. */
  readonly underPowered: boolean;
}

export interface Cohort {
  /** `cohort`, a metadata key, or one of the automatic fields `inputLength`, `language` and `label`. */
  readonly field: string;
  readonly value: string;
  readonly rows: number;
  readonly evaluators: readonly CohortFailRate[];
  /** True when any evaluator is. */
  readonly underPowered: boolean;
}

export interface CohortOptions {
  /** Half-width of the interval beyond which a rate counts as under-powered; default 0.1. */
  readonly margin?: number;
  readonly level?: number;
}

/** Fields with more values than this are identifiers or free text, not cohorts. */
const MOST_VALUES = 12;

/**
 * Eval-fail-rate of one candidate by cohort and evaluator: the rows' own cohort, metadata keys with 2 to 12 distinct values, quartiles of the
 * input length, the language of the input, and the expected label. Fields in that order, values in order of size, then by name; a field that does not divide the
 * rows is left out.
 */
export function cohortTable(
  rows: readonly Row[],
  rollouts: readonly MeasuredRollout[],
  evaluatorIds: readonly string[],
  options: CohortOptions = {},
): Cohort[] {
  const index = byRow(rollouts);
  return cohortFields(rows).flatMap((field) => cohortsIn(field, index, evaluatorIds, options));
}

/** The same for the values of one field. */
export function cohortsIn(
  { field, members }: CohortField,
  rollouts: RolloutsByRow,
  evaluatorIds: readonly string[],
  { margin = 0.1, level = 0.95 }: CohortOptions = {},
): Cohort[] {
  return members.map(([value, inside]) => {
    const evaluators = evaluatorIds.map((evaluator) => failRate(evaluator, inside, rollouts, margin, level));
    return { field, value, rows: inside.length, evaluators, underPowered: evaluators.some((e) => e.underPowered) };
  });
}

function failRate(
  evaluator: string,
  rows: readonly Row[],
  index: RolloutsByRow,
  margin: number,
  level: number,
): CohortFailRate {
  const failed: number[] = [];
  for (const row of rows) {
    let [scored, failures] = [0, 0];
    for (const { scores } of index.get(row.id) ?? []) {
      const score = scores[evaluator];
      if (score === undefined || score.value === null) continue;
      scored += 1;
      if (!score.pass) failures += 1;
    }
    if (scored > 0) failed.push(failures / scored);
  }
  const measured = failed.length;
  const interval = scoreInterval(failed, level);
  return {
    evaluator,
    failRate: measured === 0 ? null : failed.reduce((sum, share) => sum + share, 0) / measured,
    rows: measured,
    missing: rows.length - measured,
    interval,
    underPowered: interval === null || (interval.high - interval.low) / 2 > margin,
  };
}

/** A field that divides rows, with its values. */
export interface CohortField {
  readonly field: string;
  readonly members: readonly (readonly [value: string, rows: readonly Row[]])[];
}

/** The fields that divide these rows; see `cohortTable`. Rows without a value are in none. */
export function cohortFields(rows: readonly Row[]): CohortField[] {
  // What `row-checks` reads asks something of a row; it is no group of rows.
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.metadata)))].filter((key) => key !== 'checks').sort();
  const given = ['cohort', ...keys.filter((key) => key !== 'cohort')].map((field) =>
    divide(field, rows, (row) => cohortValue(row, field)),
  );
  const automatic = [
    lengthQuartiles(rows),
    ...['language', 'label']
      .filter((field) => !keys.includes(field))
      .map((field) => divide(field, rows, (row) => cohortValue(row, field))),
  ];
  return [...given, ...automatic].filter((field) => field !== null);
}

/** Rows by the field's value; null when the values are too many, or do not divide the rows. */
function divide(field: string, rows: readonly Row[], read: (row: Row) => string | null): CohortField | null {
  const members = new Map<string, Row[]>();
  for (const row of rows) {
    const value = read(row);
    if (value === null) continue;
    const known = members.get(value);
    if (known) known.push(row);
    else members.set(value, [row]);
    if (members.size > MOST_VALUES) return null;
  }
  // One value for all divides nothing, and a value for every other row is an identifier.
  const one = [...members.values()][0]?.length === rows.length;
  if (members.size === 0 || one || members.size > rows.length / 2) return null;
  return {
    field,
    members: [...members].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)),
  };
}

/** Quartiles of the input's length in characters, shortest first; null when the lengths hardly differ. */
function lengthQuartiles(rows: readonly Row[]): CohortField | null {
  const lengthOf = (row: Row) => (typeof row.input === 'string' ? row.input : JSON.stringify(row.input)).length;
  const sorted = rows.map(lengthOf).sort((a, b) => a - b);
  if (sorted.length < 4) return null;
  const bounds = [0.25, 0.5, 0.75, 1].map((p) => Math.round(quantile(sorted, p)));
  if (new Set(bounds).size < bounds.length) return null;
  const members = bounds.map((upTo, quarter) => {
    const from = bounds[quarter - 1];
    const inside = rows.filter((row) => lengthOf(row) <= upTo && (from === undefined || lengthOf(row) > from));
    const name = from === undefined ? `up to ${upTo} characters` : `${from + 1} to ${upTo} characters`;
    return [name, inside] as const;
  });
  return { field: 'inputLength', members: members.filter(([, inside]) => inside.length > 0) };
}
