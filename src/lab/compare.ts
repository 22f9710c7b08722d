import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { ConstraintVerdict, MetricVerdict } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { byRow, type RolloutsByRow } from './aggregate-values.ts';
import type { Paired } from './compare-rows.ts';
import { constraintsOf, judgeConstraints } from './constraints.ts';
import {
  bootstrapOf,
  differenceBy,
  figuresOf,
  type GroupOf,
  groupMembers,
  type PairedFigures,
  pair,
  sdBehind,
  type WholeStatistic,
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

/**
 * Compares a candidate with the baseline on one metric: the paired figures with an interval and a test.
 *
 * Binary rows: exact McNemar test and Tango's score interval. Other means: permutation test and a skewness-corrected t interval.
 * Percentiles, precision and F1: rows are exchanged for the test and resampled for a BCa interval under the whole aggregate. Tests are exact,
 * intervals aim at their level, so that an interval may just exclude 0 where p is a little above 0.05. `pValue` is not yet corrected.
 */
export function compareMetric(
  objective: Pick<Objective, 'metric' | 'goal'>,
  rows: readonly Row[],
  baseline: readonly MeasuredRollout[] | RolloutsByRow,
  candidate: readonly MeasuredRollout[] | RolloutsByRow,
  options: CompareOptions,
): MetricComparison {
  const indexed = (rollouts: readonly MeasuredRollout[] | RolloutsByRow) =>
    rollouts instanceof Map ? rollouts : byRow([...rollouts.values()].flat());
  const { paired, sign, differences } = pair(objective, rows, indexed(baseline), indexed(candidate), options.group);
  const figures = figuresOf(objective, paired, differences);
  const found = paired.statistic
    ? testStatistic(paired, paired.statistic, sign, figures, options)
    : testMeans(paired, differences, figures, options);
  return { ...figures, ...found, rawPValue: found.pValue };
}

type Tested = Pick<MetricComparison, 'interval' | 'pValue'>;

function testMeans(
  { groups }: Paired,
  differences: readonly number[],
  { wins, losses, rows, method }: PairedFigures,
  { random, level = 0.95, draws = 10_000 }: CompareOptions,
): Tested {
  if (rows === 0) return { interval: null, pValue: null };
  if (method === 'mcnemar') {
    return { interval: tangoInterval(wins, losses, rows, level), pValue: mcnemarExact(wins, losses) };
  }
  const interval = skewedMeanInterval(differences, { level, groups });
  return { interval, pValue: pairedPermutationTest(differences, { random, draws, groups }) };
}

function testStatistic(
  paired: Paired,
  statistic: WholeStatistic,
  sign: 1 | -1,
  { difference, rows }: PairedFigures,
  { random, level = 0.95, resamples = 4000, draws = 10_000 }: CompareOptions,
): Tested & Pick<MetricComparison, 'sd'> {
  if (difference === null) return { interval: null, pValue: null, sd: null };
  const interval = bootstrapOf(paired, statistic, sign, { random, level, resamples: Math.min(resamples, 2000) });
  // Fewer draws than for means: every one sorts or counts all rows again.
  const times = Math.min(draws, 4000);
  const everyRow = paired.baseline.map((_, index) => index);
  const members = groupMembers(paired);
  const differenceOn = differenceBy(statistic, sign);
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
  return { interval, pValue: (1 + hits) / (1 + times), sd: sdBehind(interval, rows) };
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
