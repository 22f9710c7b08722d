import type { Interval } from '../../domain/verdict.ts';
import type { Random } from '../../search/random.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { quantile } from './quantile.ts';
import { studentTQuantile } from './student-t.ts';

/** A statistic of a resample, given as indices of units (a unit may occur several times); null when it is undefined there. */
export type Statistic = (units: Int32Array) => number | null;

export interface BootstrapOptions {
  readonly random: Random;
  /** Default 4000. */
  readonly resamples?: number;
  /** Default 0.95; widened for few units, whose resamples vary too little (Hesterberg 2015, Am. Statistician 69:371, §3.1). */
  readonly level?: number;
  /** Bias-corrected and accelerated by default. */
  readonly method?: 'bca' | 'percentile';
}

/**
 * Bootstrap interval of a statistic of `n` units drawn with replacement. A unit is what varies independently: a row, or a group of rows
 * that share a key. Null when n < 2, or when the statistic is undefined on the whole sample or on most resamples.
 */
export function bootstrapInterval(n: number, statistic: Statistic, options: BootstrapOptions): Interval | null {
  const { random, resamples = 4000, level = 0.95, method = 'bca' } = options;
  if (n < 2) return null;
  const units = Int32Array.from({ length: n }, (_, i) => i);
  const estimate = statistic(units);
  if (estimate === null) return null;
  const drawn = new Float64Array(resamples);
  let kept = 0;
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) units[i] = random.int(n);
    const value = statistic(units);
    if (value !== null) drawn[kept++] = value;
  }
  if (kept < resamples / 2) return null;
  const distribution = drawn.subarray(0, kept).sort();
  const widened = widenedLevel(level, n);
  const { low, high } =
    method === 'percentile'
      ? percentileInterval(distribution, widened)
      : bcaInterval(distribution, estimate, jackknife(n, statistic), widened);
  return { low, high, level };
}

/** The level at which the resamples of `n` units, which vary too little, are as wide as they should be at `level`. */
export function widenedLevel(level: number, n: number): number {
  // Two units would ask for all and more of the distribution.
  return 1 - 2 * Math.max(1e-9, normalCdf(Math.sqrt(n / (n - 1)) * studentTQuantile((1 - level) / 2, n - 1)));
}

/** Leave-one-unit-out values of the statistic; undefined ones are left out. */
function jackknife(n: number, statistic: Statistic): number[] {
  const values: number[] = [];
  const units = new Int32Array(n - 1);
  for (let left = 0; left < n; left++) {
    for (let i = 0; i < n - 1; i++) units[i] = i < left ? i : i + 1;
    const value = statistic(units);
    if (value !== null) values.push(value);
  }
  return values;
}

/** Percentile interval from a sorted bootstrap distribution. */
function percentileInterval(sorted: ArrayLike<number>, level = 0.95): Interval {
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2), level };
}

/**
 * Bias-corrected and accelerated interval (Efron 1987; Efron & Tibshirani, An Introduction to the Bootstrap, §14.3) from a sorted
 * bootstrap distribution, the estimate and its jackknife values. Falls back to the percentile interval where the correction is
 * undefined (the whole distribution on one side of the estimate).
 */
export function bcaInterval(
  sorted: ArrayLike<number>,
  estimate: number,
  jackknifeValues: readonly number[],
  level = 0.95,
): Interval {
  // Scores on a lattice tie with the estimate often, and sums in another order differ by rounding.
  const slack = 1e-10 * Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted[sorted.length - 1] ?? 0));
  let below = 0;
  let equal = 0;
  for (let i = 0; i < sorted.length; i++) {
    const distance = (sorted[i] ?? 0) - estimate;
    if (distance < -slack) below += 1;
    else if (distance <= slack) equal += 1;
  }
  const bias = normalQuantile((below + equal / 2) / sorted.length);
  if (!Number.isFinite(bias)) return percentileInterval(sorted, level);
  const mean = jackknifeValues.reduce((sum, value) => sum + value, 0) / jackknifeValues.length;
  let cubes = 0;
  let squares = 0;
  for (const value of jackknifeValues) {
    const distance = mean - value;
    cubes += distance ** 3;
    squares += distance ** 2;
  }
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  const at = (p: number) => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return { low: quantile(sorted, at((1 - level) / 2)), high: quantile(sorted, at((1 + level) / 2)), level };
}
