import type { Row } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import {
  AGGREGATES,
  type MetricRef,
  type MetricValues,
  OPERATIONAL_METRICS,
  parseMetric,
} from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { Interval } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import { isLabelAggregate, labelledRow, labelStatistic, predictedShare } from './aggregate-labels.ts';
import { actualLabel, byRow, cohortRows, isOperational, type RolloutsByRow, rowValue } from './aggregate-values.ts';
import { labelInterval } from './label-categories.ts';
import { midPInterval } from './statistics/mid-p.ts';
import { quantile, quantileInterval } from './statistics/quantile.ts';
import { scoreInterval } from './statistics/score-interval.ts';
import { skewedMeanInterval } from './statistics/skewed-mean-interval.ts';

/** The value of a metric and what it stands on. */
export interface MetricSummary {
  /** Null when nothing could be measured. */
  readonly value: number | null;
  /** Rows the value rests on; for `recall[x]` the rows of that label, for `precision[x]` the rows predicted as it. */
  readonly rows: number;
  /** Rows of the question without an answer: not measured, or the score is missing. They are left out of `value`, never counted as 0. */
  readonly missing: number;
  readonly interval: Interval | null;
}

export interface AggregateOptions {
  /** For intervals that need resampling (f1, macroF1, microF1); without it those are null. */
  readonly random?: Random;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

const QUANTILES = { median: 0.5, p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
/** The quantile that an aggregate asks for; null when it is no quantile. */
export function quantileOf(ref: MetricRef): number | null {
  const found = Object.entries(QUANTILES).find(([name]) => name === ref.aggregate);
  return found ? found[1] : null;
}

/** A metric name as MetricRef. Throws `unprocessable` naming `path` when the name breaks the grammar. */
export function metricRef(name: string, path = 'objectives.metric'): MetricRef {
  const ref = parseMetric(name);
  if (ref) return ref;
  throw fieldError(
    path,
    `"${name}" is no metric; write an evaluator id or one of ${OPERATIONAL_METRICS.join(', ')}, then optionally .${AGGREGATES.join(', .')} (precision, recall and f1 with [label], passAt and passAll with [runs]) and @cohort[field=value]`,
  );
}

/**
 * The value of a metric for one candidate on these rows. `rows` are the rows that were to be measured: those without a rollout or without
 * a score count as missing. Repeats are averaged within the row first.
 *
 * Intervals: mid-p for pass/fail scores, error rates, precision and recall, a quasi-binomial one for graded scores, a skewness-corrected
 * t for unbounded means, order statistics for percentiles, BCa bootstrap for f1, macroF1 and microF1 (docs/decisions/intervals.md).
 */
export function aggregateMetric(
  ref: MetricRef,
  rows: readonly Row[],
  rollouts: readonly MeasuredRollout[] | RolloutsByRow,
  options: AggregateOptions = {},
): MetricSummary {
  const index = rollouts instanceof Map ? rollouts : byRow([...rollouts.values()].flat());
  const selected = cohortRows(ref, rows);
  return isLabelAggregate(ref)
    ? aggregateLabels(ref, selected, index, options)
    : aggregateScalars(ref, selected, index, options.level);
}

/** Plain values of several metrics by name, as Lab.aggregate and the frontier use them. */
export function metricValues(
  names: readonly string[],
  rows: readonly Row[],
  rollouts: readonly MeasuredRollout[],
): MetricValues {
  const index = byRow(rollouts);
  return Object.fromEntries(names.map((name) => [name, aggregateMetric(metricRef(name), rows, index).value]));
}

function aggregateScalars(
  ref: MetricRef,
  rows: readonly Row[],
  rollouts: RolloutsByRow,
  level: number | undefined,
): MetricSummary {
  const values = rows.map((row) => rowValue(ref, rollouts.get(row.id))).filter((value) => value !== null);
  const standsOn = { rows: values.length, missing: rows.length - values.length };
  if (values.length === 0) return { value: null, ...standsOn, interval: null };
  const p = quantileOf(ref);
  if (p !== null) {
    const sorted = values.sort((a, b) => a - b);
    return { value: quantile(sorted, p), ...standsOn, interval: quantileInterval(sorted, p, level) };
  }
  const sum = values.reduce((total, value) => total + value, 0);
  return { value: sum / values.length, ...standsOn, interval: intervalOfMean(ref, values, level) };
}

function intervalOfMean(ref: MetricRef, values: readonly number[], level = 0.95): Interval | null {
  const bounded = ref.base === 'errorRate' || !isOperational(ref.base);
  return bounded ? scoreInterval(values, level) : skewedMeanInterval(values, { level, oneSided: true });
}

function aggregateLabels(
  ref: MetricRef,
  rows: readonly Row[],
  rollouts: RolloutsByRow,
  { random, level = 0.95 }: AggregateOptions,
): MetricSummary {
  // Recall asks about the rows of its label alone: a missing row of another label takes nothing from it.
  const asked = ref.aggregate === 'recall' ? rows.filter((row) => actualLabel(row) === ref.label) : rows;
  const labelled = asked.map((row) => labelledRow(ref, row, rollouts)).filter((row) => row !== null);
  const missing = asked.length - labelled.length;
  const value = labelStatistic(ref, labelled);
  if (ref.aggregate === 'precision' || ref.aggregate === 'recall') {
    const standing =
      ref.aggregate === 'recall' ? labelled : labelled.filter((row) => predictedShare(row, ref.label ?? '') > 0);
    const weight = standing.reduce(
      (sum, row) => sum + (ref.aggregate === 'recall' ? 1 : predictedShare(row, ref.label ?? '')),
      0,
    );
    const interval = value === null ? null : midPInterval(Math.min(weight, value * weight), weight, level);
    return { value, rows: standing.length, missing, interval };
  }
  const interval = value === null || random === undefined ? null : labelInterval(ref, labelled, { random, level });
  return { value, rows: labelled.length, missing, interval };
}
