import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { ConstraintVerdict, Interval, MetricVerdict } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { byRow, type RolloutsByRow } from './aggregate-values.ts';
import { constraintsOf, judgeConstraints } from './constraints.ts';
import {
  figuresOf,
  type GroupOf,
  type PairedFigures,
  type Pairing,
  pair,
  sdBehind,
  wholeInterval,
  wholeTest,
} from './paired-figures.ts';
import { holm } from './statistics/holm.ts';
import { mcnemarExact } from './statistics/mcnemar.ts';
import { tangoInterval } from './statistics/paired-proportions.ts';
import { pairedPermutationTest } from './statistics/permutation.ts';
import { skewedMeanInterval } from './statistics/skewed-mean-interval.ts';

export interface CompareOptions {
  /** For the bootstrap and for permutation tests that are too large to enumerate. */
  readonly random: Random;
  /** Rows that share a key (one customer, one document) are resampled and exchanged together. */
  readonly group?: GroupOf;
  /** Of the intervals; default 0.95. */
  readonly level?: number;
  /** Bootstrap resamples; default 4000. */
  readonly resamples?: number;
  /** Draws of Monte Carlo permutation tests; default 10000. */
  readonly draws?: number;
}

/** A MetricVerdict with what a decision needs besides. */
export interface MetricComparison extends PairedFigures, MetricVerdict {
  /** Before the correction for several finalists. */
  readonly rawPValue: number | null;
}

type Rollouts = readonly MeasuredRollout[] | RolloutsByRow;

/**
 * Compares a candidate with the baseline on one metric: the paired figures with an interval and a test.
 *
 * Binary rows: exact McNemar test and Tango's score interval. Other means: permutation test and a skewness-corrected t interval.
 * Percentiles: McNemar's test around the common percentile, and the order statistics of both sides. Precision and F1: rows are exchanged
 * for the test and drawn again for a BCa interval under the whole aggregate. Tests are exact, intervals aim at their level, so that an
 * interval may just exclude 0 where p is a little above 0.05. `pValue` is not yet corrected.
 */
export function compareMetric(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: Rollouts,
  candidate: Rollouts,
  options: CompareOptions,
): MetricComparison {
  const pairing = pair(objective, rows, indexed(baseline), indexed(candidate), options.group);
  const figures = figuresOf(objective, pairing.paired, pairing.differences);
  const interval = intervalOf(pairing, figures, options);
  const pValue = testOf(pairing, figures, options);
  const sd = pairing.paired.statistic ? sdBehind(interval, figures.rows) : figures.sd;
  return { ...figures, sd, interval, pValue, rawPValue: pValue };
}

/** The interval of `compareMetric` alone: a test of many rows takes longer. */
export function differenceInterval(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: Rollouts,
  candidate: Rollouts,
  options: CompareOptions,
): Interval | null {
  const pairing = pair(objective, rows, indexed(baseline), indexed(candidate), options.group);
  return intervalOf(pairing, figuresOf(objective, pairing.paired, pairing.differences), options);
}

const indexed = (rollouts: Rollouts): RolloutsByRow =>
  rollouts instanceof Map ? rollouts : byRow([...rollouts.values()].flat());

function intervalOf(
  { paired, sign, differences }: Pairing,
  { difference, wins, losses, rows, method }: PairedFigures,
  { random, level = 0.95, resamples = 4000 }: CompareOptions,
): Interval | null {
  if (difference === null) return null;
  if (paired.statistic) {
    // Fewer than for means: every resample sorts or counts all rows again.
    const options = { random, level, resamples: Math.min(resamples, 2000) };
    return wholeInterval(paired, paired.statistic, sign, options);
  }
  if (method === 'mcnemar') return tangoInterval(wins, losses, rows, level);
  return skewedMeanInterval(differences, { level, groups: paired.groups });
}

function testOf(
  { paired: pairs, differences }: Pairing,
  { difference, wins, losses, method }: PairedFigures,
  { random, draws = 10_000 }: CompareOptions,
): number | null {
  if (difference === null) return null;
  if (pairs.statistic) return wholeTest(pairs, pairs.statistic, difference, { random, draws: Math.min(draws, 4000) });
  if (method === 'mcnemar') return mcnemarExact(wins, losses);
  return pairedPermutationTest(differences, { random, draws, groups: pairs.groups });
}

export interface FinalistRollouts {
  readonly candidateId: string;
  readonly rollouts: readonly MeasuredRollout[];
}

export interface ComparedFinalist {
  readonly candidateId: string;
  /** One per objective, in their order; `pValue` is adjusted over the finalists. */
  readonly metrics: readonly MetricComparison[];
  /** Corrected over the constraints of this finalist. */
  readonly constraints: readonly ConstraintVerdict[];
}

/** Compares every finalist with the baseline on every objective, p-values corrected by Holm over the finalists, metric by metric. */
export function compareFinalists(
  objectives: readonly Objective[],
  rows: readonly Row[],
  baseline: readonly MeasuredRollout[],
  finalists: readonly FinalistRollouts[],
  options: CompareOptions,
): ComparedFinalist[] {
  const before = byRow(baseline);
  const constraints = constraintsOf(objectives, rows);
  const compared = finalists.map(({ candidateId, rollouts }) => {
    const after = byRow(rollouts);
    return {
      candidateId,
      metrics: objectives.map((objective) => compareMetric(objective, rows, before, after, options)),
      constraints: judgeConstraints(constraints, before, after, options),
    };
  });
  const adjusted = objectives.map((_, index) => holm(compared.map(({ metrics }) => metrics[index]?.rawPValue ?? 1)));
  return compared.map(({ metrics, ...compare }, finalist) => ({
    ...compare,
    metrics: metrics.map((metric, index) => ({
      ...metric,
      pValue: metric.rawPValue === null ? null : (adjusted[index]?.[finalist] ?? 1),
    })),
  }));
}
