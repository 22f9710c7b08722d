import type { Interval } from '../../domain/verdict.ts';
import type { Random } from '../../search/random.ts';
import { bcaInterval, widenedLevel } from './bootstrap.ts';
import { gammaDraw } from './gamma.ts';

/** A statistic of a sample, given as how many units there are of each category; null when it is undefined there. */
export type CategoryStatistic = (weights: Float64Array) => number | null;

export interface CategoryBootstrapOptions {
  readonly random: Random;
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95; widened for few units as in `bootstrapInterval`. */
  readonly level?: number;
}

/** Up to this many units are drawn one by one; the weights of more are drawn per category, which makes no difference any more. */
const DRAW_UP_TO = 2_000;

/**
 * BCa bootstrap interval of a statistic that depends only on how many units of each category there are (a confusion matrix, say). The same
 * as `bootstrapInterval`, in time that grows with the categories instead of with the units. Large samples are weighted as in the Bayesian
 * bootstrap (Rubin 1981). Null with fewer than two units, or when the statistic is undefined on the sample or on most resamples.
 */
export function categoryBootstrap(
  counts: readonly number[],
  statistic: CategoryStatistic,
  { random, resamples = 2000, level = 0.95 }: CategoryBootstrapOptions,
): Interval | null {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const sample = Float64Array.from(counts);
  const estimate = statistic(sample);
  if (n < 2 || estimate === null) return null;
  const redraw = n <= DRAW_UP_TO ? multinomial(counts, n, random) : dirichlet(counts, n, random);
  const drawn = new Float64Array(resamples);
  const weights = new Float64Array(counts.length);
  let kept = 0;
  for (let b = 0; b < resamples; b++) {
    redraw(weights);
    const value = statistic(weights);
    if (value !== null) drawn[kept++] = value;
  }
  if (kept < resamples / 2) return null;
  const jackknife = counts.flatMap((count, category) => {
    if (count === 0) return [];
    const without = Float64Array.from(sample);
    without[category] = count - 1;
    const value = statistic(without);
    return value === null ? [] : new Array<number>(count).fill(value);
  });
  const { low, high } = bcaInterval(drawn.subarray(0, kept).sort(), estimate, jackknife, widenedLevel(level, n));
  return { low, high, level };
}

function multinomial(counts: readonly number[], n: number, random: Random): (weights: Float64Array) => void {
  const categoryOf = new Int32Array(n);
  let at = 0;
  counts.forEach((count, category) => {
    categoryOf.fill(category, at, at + count);
    at += count;
  });
  return (weights) => {
    weights.fill(0);
    for (let i = 0; i < n; i++) {
      const category = categoryOf[random.int(n)] ?? 0;
      weights[category] = (weights[category] ?? 0) + 1;
    }
  };
}

function dirichlet(counts: readonly number[], n: number, random: Random): (weights: Float64Array) => void {
  return (weights) => {
    let sum = 0;
    counts.forEach((count, category) => {
      const weight = count === 0 ? 0 : gammaDraw(random, count);
      weights[category] = weight;
      sum += weight;
    });
    for (let category = 0; category < weights.length; category++)
      weights[category] = ((weights[category] ?? 0) * n) / sum;
  };
}
