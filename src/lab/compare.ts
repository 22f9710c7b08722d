import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { Rollout } from '../domain/rollout.ts';
import type { Interval, MetricVerdict } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { metricRef } from './aggregate.ts';
import { byRow, type RolloutsByRow } from './aggregate-values.ts';
import { type Paired, pairRows } from './compare-rows.ts';
import { bootstrapInterval } from './statistics/bootstrap.ts';
import { effectiveSd } from './statistics/groups.ts';
import { holm } from './statistics/holm.ts';
import { mcnemarExact } from './statistics/mcnemar.ts';
import { normalQuantile } from './statistics/normal.ts';
import { pairedBootstrap } from './statistics/paired-bootstrap.ts';
import { pairedProportionInterval } from './statistics/paired-proportions.ts';
import { pairedPermutationTest } from './statistics/permutation.ts';

export interface CompareOptions {
  /** For the bootstrap and for permutation tests that are too large to enumerate. */
  readonly random: Random;
  /** Rows that share a key (one customer, one document) are resampled and exchanged together. */
  readonly group?: (row: Row) => string | undefined;
  /** Of the intervals; default 0.95. */
  readonly level?: number;
  /** Bootstrap resamples; default 4000. */
  readonly resamples?: number;
  /** Draws of Monte Carlo permutation tests; default 10000. */
  readonly draws?: number;
}

/** A MetricVerdict with what a decision needs besides. */
export interface MetricComparison extends MetricVerdict {
  readonly goal: Objective['goal'];
  /** Before the correction for several finalists. */
  readonly rawPValue: number | null;
  /** Standard deviation per row that, over √rows, gives the standard error of the difference (grouping included). */
  readonly sd: number | null;
  readonly method: 'mcnemar' | 'permutation';
}

/**
 * Compares a candidate with the baseline on one metric, row by row; rows where either is missing are left out of both sides and
 * counted. `difference` is positive where the candidate is better, whichever way the goal points; `baseline` and `winner` are the plain
 * values on the compared rows.
 *
 * Binary rows: exact McNemar test and the interval of paired proportions. Other means: permutation test and BCa bootstrap. Percentiles,
 * precision and F1: the same two by exchanging and resampling rows under the whole aggregate. `pValue` is not yet corrected.
 */
export function compareMetric(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: readonly Rollout[] | RolloutsByRow,
  candidate: readonly Rollout[] | RolloutsByRow,
  options: CompareOptions,
): MetricComparison {
  const indexed = (rollouts: readonly Rollout[] | RolloutsByRow) =>
    rollouts instanceof Map ? rollouts : byRow([...rollouts.values()].flat());
  const ref = metricRef(objective.metric);
  const paired = pairRows(ref, rows, indexed(baseline), indexed(candidate), options.group);
  const sign = objective.goal === 'maximize' ? 1 : -1;
  const differences = paired.candidate.map((value, i) => sign * (value - (paired.baseline[i] ?? 0)));
  const wins = differences.filter((difference) => difference > 1e-12).length;
  const losses = differences.filter((difference) => difference < -1e-12).length;
  const counts = {
    rows: differences.length,
    wins,
    losses,
    ties: differences.length - wins - losses,
    missing: paired.missing,
  };
  const found = paired.statistic
    ? compareStatistic(paired, paired.statistic, sign, options)
    : compareMeans(paired, differences, counts, options);
  return { metric: objective.metric, goal: objective.goal, ...counts, ...found, rawPValue: found.pValue };
}

type Found = Pick<MetricComparison, 'baseline' | 'winner' | 'difference' | 'interval' | 'pValue' | 'sd' | 'method'>;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const nothing: Found = {
  baseline: null,
  winner: null,
  difference: null,
  interval: null,
  pValue: null,
  sd: null,
  method: 'permutation',
};

function compareMeans(
  { baseline, candidate, groups }: Paired,
  differences: readonly number[],
  { wins, losses, rows }: { readonly wins: number; readonly losses: number; readonly rows: number },
  { random, level = 0.95, resamples = 4000, draws = 10_000 }: CompareOptions,
): Found {
  if (rows === 0) return nothing;
  const values = { baseline: mean(baseline), winner: mean(candidate), difference: mean(differences) };
  const sd = effectiveSd(differences, groups);
  const alone = groups === undefined || new Set(groups).size === groups.length;
  if (alone && [...baseline, ...candidate].every((value) => value === 0 || value === 1)) {
    const interval = pairedProportionInterval(wins, losses, rows, level);
    return { ...values, sd, interval, pValue: mcnemarExact(wins, losses), method: 'mcnemar' };
  }
  const interval = pairedBootstrap(differences, { random, level, resamples, groups });
  const pValue = pairedPermutationTest(differences, { random, draws, groups });
  return { ...values, sd, interval, pValue, method: 'permutation' };
}

function compareStatistic(
  paired: Paired,
  statistic: NonNullable<Paired['statistic']>,
  sign: 1 | -1,
  { random, level = 0.95, resamples = 4000, draws = 10_000 }: CompareOptions,
): Found {
  const everyRow = paired.baseline.map((_, index) => index);
  const baseline = statistic('baseline', everyRow);
  const winner = statistic('candidate', everyRow);
  if (baseline === null || winner === null) return { ...nothing, baseline, winner };
  const members = groupMembers(everyRow, paired.groups);
  const differenceOn = (rows: readonly number[], swap?: Uint8Array) => {
    const after = statistic('candidate', rows, swap);
    const before = statistic('baseline', rows, swap);
    return after === null || before === null ? null : sign * (after - before);
  };
  const difference = sign * (winner - baseline);
  const interval = bootstrapInterval(
    members.length,
    (units) => differenceOn(Array.from(units).flatMap((unit) => members[unit] ?? [])),
    { random, level, resamples: Math.min(resamples, 2000) },
  );
  // Fewer draws than for means: every one sorts or counts all rows again.
  const times = Math.min(draws, 4000);
  const swap = new Uint8Array(everyRow.length);
  let hits = 0;
  for (let draw = 0; draw < times; draw++) {
    for (const group of members) {
      const side = random.next() < 0.5 ? 1 : 0;
      for (const row of group) swap[row] = side;
    }
    const drawn = differenceOn(everyRow, swap);
    if (drawn === null || Math.abs(drawn) >= Math.abs(difference) - 1e-12) hits += 1;
  }
  const pValue = (1 + hits) / (1 + times);
  return {
    baseline,
    winner,
    difference,
    interval,
    pValue,
    sd: sdBehind(interval, everyRow.length),
    method: 'permutation',
  };
}

/** The per-row deviation that would give a mean this interval: what sizes a larger comparison. */
const sdBehind = (interval: Interval | null, rows: number) =>
  interval && ((interval.high - interval.low) / 2 / normalQuantile((1 + interval.level) / 2)) * Math.sqrt(rows);

function groupMembers(rows: readonly number[], groups: readonly string[] | undefined): number[][] {
  if (groups === undefined) return rows.map((row) => [row]);
  const members = new Map<string, number[]>();
  groups.forEach((key, row) => {
    const known = members.get(key);
    if (known) known.push(row);
    else members.set(key, [row]);
  });
  return [...members.values()];
}

export interface FinalistRollouts {
  readonly candidateId: string;
  readonly rollouts: readonly Rollout[];
}

export interface ComparedFinalist {
  readonly candidateId: string;
  /** One per objective, in their order; `pValue` is adjusted over the finalists. */
  readonly metrics: readonly MetricComparison[];
}

/** Compares every finalist with the baseline on every objective, p-values corrected by Holm over the finalists, metric by metric. */
export function compareFinalists(
  objectives: readonly Objective[],
  rows: readonly Row[],
  baseline: readonly Rollout[],
  finalists: readonly FinalistRollouts[],
  options: CompareOptions,
): ComparedFinalist[] {
  const before = byRow(baseline);
  const compared = finalists.map(({ candidateId, rollouts }) => {
    const after = byRow(rollouts);
    return {
      candidateId,
      metrics: objectives.map((objective) => compareMetric(objective, rows, before, after, options)),
    };
  });
  const adjusted = objectives.map((_, index) => holm(compared.map(({ metrics }) => metrics[index]?.rawPValue ?? 1)));
  return compared.map(({ candidateId, metrics }, finalist) => ({
    candidateId,
    metrics: metrics.map((metric, index) => ({
      ...metric,
      pValue: metric.rawPValue === null ? null : (adjusted[index]?.[finalist] ?? 1),
    })),
  }));
}
