import type { Row } from '../domain/dataset.ts';
import type { MetricRef } from '../domain/objective.ts';
import { quantileOf } from './aggregate.ts';
import { isLabelAggregate, type Labelled, labelledRow, labelStatistic, predictedShare } from './aggregate-labels.ts';
import { actualLabel, cohortRows, type RolloutsByRow, rowValue } from './aggregate-values.ts';
import { quantile } from './statistics/quantile.ts';

/** Both sides of one metric on the rows where both are measured. */
export interface Paired {
  /** Keys of groups of rows that do not vary independently, one per pair; undefined when every row stands for itself. */
  readonly groups: readonly string[] | undefined;
  /** One per pair. */
  readonly rowIds: readonly string[];
  /** Per-row values that wins and losses are counted on. */
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  /**
   * The aggregate over pairs given by index, when it is not the plain mean of the per-row values (percentiles, f1, …); `swap[i]` takes
   * the two sides of pair i the other way round.
   */
  readonly statistic:
    | ((side: 'baseline' | 'candidate', pairs: ArrayLike<number>, swap?: Uint8Array) => number | null)
    | null;
  /** What `statistic` is of, where its interval and test have a shorter way than to draw the rows again. */
  readonly whole: WholeAggregate | null;
  /** Rows of the question where a side is missing. */
  readonly missing: number;
}

/** An aggregate of all pairs together: a quantile of their values, or a figure of their labels. */
export type WholeAggregate =
  | { readonly kind: 'quantile'; readonly p: number }
  | {
      readonly kind: 'labels';
      readonly ref: MetricRef;
      readonly baseline: readonly Labelled[];
      readonly candidate: readonly Labelled[];
    };

/** Pairs the rows of a metric. Rows without a group key are groups of their own. */
export function pairRows(
  ref: MetricRef,
  rows: readonly Row[],
  baseline: RolloutsByRow,
  candidate: RolloutsByRow,
  groupOf?: (row: Row) => string | undefined,
): Paired {
  const asked = cohortRows(ref, rows).filter((row) => ref.aggregate !== 'recall' || actualLabel(row) === ref.label);
  const { kept, ...sides } = isLabelAggregate(ref)
    ? pairLabels(ref, asked, baseline, candidate)
    : pairScalars(ref, asked, baseline, candidate);
  return {
    ...sides,
    rowIds: kept.map(({ id }) => id),
    groups: groupOf && kept.map((row) => groupKey(groupOf(row), row)),
    missing: asked.length - kept.length,
  };
}

/** Keys and row ids must not meet: a row without a key is alone. */
const groupKey = (key: string | undefined, row: Row) => (key === undefined ? `row ${row.id}` : `key ${key}`);

type Sides = Pick<Paired, 'baseline' | 'candidate' | 'statistic' | 'whole'> & { readonly kept: readonly Row[] };

function pairScalars(ref: MetricRef, rows: readonly Row[], left: RolloutsByRow, right: RolloutsByRow): Sides {
  const kept: Row[] = [];
  const baseline: number[] = [];
  const candidate: number[] = [];
  for (const row of rows) {
    const before = rowValue(ref, left.get(row.id));
    const after = rowValue(ref, right.get(row.id));
    if (before === null || after === null) continue;
    kept.push(row);
    baseline.push(before);
    candidate.push(after);
  }
  const p = quantileOf(ref);
  const statistic =
    p === null
      ? null
      : statisticOf(baseline, candidate, (values) =>
          values.length === 0 ? null : quantile(Float64Array.from(values).sort(), p),
        );
  return { kept, baseline, candidate, statistic, whole: p === null ? null : { kind: 'quantile', p } };
}

function pairLabels(ref: MetricRef, rows: readonly Row[], left: RolloutsByRow, right: RolloutsByRow): Sides {
  const kept: Row[] = [];
  const before: Labelled[] = [];
  const after: Labelled[] = [];
  for (const row of rows) {
    const one = labelledRow(ref, row, left);
    const other = labelledRow(ref, row, right);
    if (one === null || other === null) continue;
    kept.push(row);
    before.push(one);
    after.push(other);
  }
  const correct = (row: Labelled) => predictedShare(row, row.actual);
  return {
    kept,
    baseline: before.map(correct),
    candidate: after.map(correct),
    // On the rows of its label recall is the mean of being right: the exact tests of means hold for it.
    statistic: ref.aggregate === 'recall' ? null : statisticOf(before, after, (picked) => labelStatistic(ref, picked)),
    whole: ref.aggregate === 'recall' ? null : { kind: 'labels', ref, baseline: before, candidate: after },
  };
}

function statisticOf<T>(
  before: readonly T[],
  after: readonly T[],
  aggregate: (values: T[]) => number | null,
): NonNullable<Paired['statistic']> {
  return (side, pairs, swap) => {
    const picked: T[] = [];
    for (let i = 0; i < pairs.length; i++) {
      const at = pairs[i] ?? 0;
      const fromCandidate = (side === 'candidate') !== (swap?.[at] === 1);
      const value = (fromCandidate ? after : before)[at];
      if (value !== undefined) picked.push(value);
    }
    return aggregate(picked);
  };
}
