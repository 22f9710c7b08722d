import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { Interval, MetricVerdict } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { metricRef } from './aggregate.ts';
import type { RolloutsByRow } from './aggregate-values.ts';
import { type Paired, pairRows } from './compare-rows.ts';
import { labelDifferenceInterval, labelDifferenceTest } from './label-categories.ts';
import { type BootstrapOptions, bootstrapInterval } from './statistics/bootstrap.ts';
import { effectiveSd } from './statistics/groups.ts';
import { normalQuantile } from './statistics/normal.ts';
import {
  higherQuantileTest,
  quantileDifferenceInterval,
  quantileDifferenceTest,
} from './statistics/quantile-difference.ts';

/** Rows that share a key (one customer, one document) do not vary independently. */
export type GroupOf = (row: Row) => string | undefined;

/** The two sides of one metric on the same rows, before any claim about them. */
export interface PairedFigures extends Omit<MetricVerdict, 'interval' | 'pValue'> {
  readonly goal: Objective['goal'];
  /** Standard deviation per row that, over √rows, gives the standard error of the difference (grouping included). */
  readonly sd: number | null;
  /** Rows, or groups of rows, that vary independently. */
  readonly units: number;
  /** Binary rows that stand for themselves go to McNemar's test. */
  readonly method: 'mcnemar' | 'permutation';
}

/**
 * A candidate and the baseline on one metric, row by row; rows where either is missing are left out of both sides and counted.
 * `difference` is positive where the candidate is better, whichever way the goal points; `baseline` and `winner` are the plain values on
 * the compared rows.
 */
export function pairedFigures(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: RolloutsByRow,
  candidate: RolloutsByRow,
  { random, group }: { readonly random: Random; readonly group?: GroupOf },
): PairedFigures {
  const { paired, sign, differences } = pair(objective, rows, baseline, candidate, group);
  const figures = figuresOf(objective, paired, differences);
  if (paired.statistic === null) return figures;
  const interval = wholeInterval(paired, paired.statistic, sign, { random, resamples: ROUGH_RESAMPLES });
  return { ...figures, sd: sdBehind(interval, figures.rows) };
}

/** Enough for a standard deviation. */
const ROUGH_RESAMPLES = 200;

/** `differences` are positive where the candidate is better. */
export interface Pairing {
  readonly paired: Paired;
  readonly sign: 1 | -1;
  readonly differences: readonly number[];
}

export function pair(
  { metric, goal }: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: RolloutsByRow,
  candidate: RolloutsByRow,
  group?: GroupOf,
): Pairing {
  const paired = pairRows(metricRef(metric), rows, baseline, candidate, group);
  const sign = goal === 'maximize' ? 1 : -1;
  return { paired, sign, differences: paired.candidate.map((value, i) => sign * (value - (paired.baseline[i] ?? 0))) };
}

/** Differences up to this are rounding. */
const SAME = 1e-12;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function figuresOf(
  { metric, goal }: Pick<Objective, 'metric' | 'goal'>,
  { baseline, candidate, groups, statistic, missing }: Paired,
  differences: readonly number[],
): PairedFigures {
  const rows = differences.length;
  const wins = differences.filter((difference) => difference > SAME).length;
  const losses = differences.filter((difference) => difference < -SAME).length;
  const units = groups === undefined ? rows : new Set(groups).size;
  const everyRow = baseline.map((_, index) => index);
  const aggregateOf = (side: 'baseline' | 'candidate') =>
    rows === 0 ? null : statistic ? statistic(side, everyRow) : mean(side === 'baseline' ? baseline : candidate);
  const before = aggregateOf('baseline');
  const winner = aggregateOf('candidate');
  const gain = before === null || winner === null ? null : goal === 'maximize' ? winner - before : before - winner;
  const binary =
    !statistic && units === rows && [...baseline, ...candidate].every((value) => value === 0 || value === 1);
  return {
    metric,
    goal,
    baseline: before,
    winner,
    difference: gain,
    rows,
    wins,
    losses,
    ties: rows - wins - losses,
    missing,
    units,
    sd: rows === 0 || statistic ? null : effectiveSd(differences, groups),
    method: binary && rows > 0 ? 'mcnemar' : 'permutation',
  };
}

export type WholeStatistic = NonNullable<Paired['statistic']>;

function differenceBy(statistic: WholeStatistic, sign: 1 | -1) {
  return (rows: readonly number[], swap?: Uint8Array): number | null => {
    const after = statistic('candidate', rows, swap);
    const before = statistic('baseline', rows, swap);
    return after === null || before === null ? null : sign * (after - before);
  };
}

/** Interval of the difference of a whole aggregate. Null where the rows cannot bear one. */
export function wholeInterval(
  paired: Paired,
  statistic: WholeStatistic,
  sign: 1 | -1,
  { random, level = 0.95, resamples }: BootstrapOptions,
): Interval | null {
  const { whole, groups } = paired;
  // Groups are drawn as they are.
  if (whole === null || groups !== undefined) {
    const members = groupMembers(paired);
    const differenceOn = differenceBy(statistic, sign);
    return bootstrapInterval(
      members.length,
      (units) => differenceOn(Array.from(units).flatMap((unit) => members[unit] ?? [])),
      { random, level, ...(resamples !== undefined && { resamples }) },
    );
  }
  if (whole.kind === 'quantile') {
    const [from, to] = sign === 1 ? [paired.baseline, paired.candidate] : [paired.candidate, paired.baseline];
    return quantileDifferenceInterval(from, to, whole.p, level);
  }
  const [from, to] = sign === 1 ? [whole.baseline, whole.candidate] : [whole.candidate, whole.baseline];
  return labelDifferenceInterval(whole.ref, from, to, { random, level });
}

/**
 * One-sided p-value of a loss of a percentile beyond the margin. It needs fewer rows than an interval does. Null for other aggregates, and
 * where groups of rows vary together.
 */
export function percentileLossPValue({ paired, sign }: Pairing, margin: number): number | null {
  const { whole, groups, baseline, candidate } = paired;
  if (whole?.kind !== 'quantile' || groups !== undefined) return null;
  const shifted = baseline.map((value) => value - sign * margin);
  return sign === 1 ? higherQuantileTest(candidate, shifted, whole.p) : higherQuantileTest(shifted, candidate, whole.p);
}

/** p-value of the difference of a whole aggregate: the sides of rows, or of groups of rows, are exchanged. */
export function wholeTest(
  paired: Paired,
  statistic: WholeStatistic,
  difference: number,
  { random, draws }: { readonly random: Random; readonly draws: number },
): number {
  const { whole, groups } = paired;
  if (whole?.kind === 'quantile' && groups === undefined)
    return quantileDifferenceTest(paired.baseline, paired.candidate, whole.p);
  if (whole?.kind === 'labels' && groups === undefined)
    return labelDifferenceTest(whole.ref, whole.baseline, whole.candidate, { random, draws }) ?? 1;
  const everyRow = paired.baseline.map((_, index) => index);
  const members = groupMembers(paired);
  const differenceOn = differenceBy(statistic, 1);
  const swap = new Uint8Array(everyRow.length);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (const group of members) {
      const side = random.next() < 0.5 ? 1 : 0;
      for (const row of group) swap[row] = side;
    }
    const drawn = differenceOn(everyRow, swap);
    if (drawn === null || Math.abs(drawn) >= Math.abs(difference) - 1e-12) hits += 1;
  }
  return (1 + hits) / (1 + draws);
}

/** The per-row deviation that would give a mean this interval: what sizes a larger comparison. */
export const sdBehind = (interval: Interval | null, rows: number) =>
  interval && ((interval.high - interval.low) / 2 / normalQuantile((1 + interval.level) / 2)) * Math.sqrt(rows);

function groupMembers({ baseline, groups }: Paired): number[][] {
  if (groups === undefined) return baseline.map((_, row) => [row]);
  const members = new Map<string, number[]>();
  groups.forEach((key, row) => {
    const known = members.get(key);
    if (known) known.push(row);
    else members.set(key, [row]);
  });
  return [...members.values()];
}

/** The rows on which a candidate is better and worse than the baseline, by id. */
export function wonAndLost(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: RolloutsByRow,
  candidate: RolloutsByRow,
): { readonly won: readonly string[]; readonly lost: readonly string[] } {
  const { paired, differences } = pair(objective, rows, baseline, candidate);
  const where = (is: (difference: number) => boolean) => paired.rowIds.filter((_, i) => is(differences[i] ?? 0));
  return { won: where((difference) => difference > SAME), lost: where((difference) => difference < -SAME) };
}
