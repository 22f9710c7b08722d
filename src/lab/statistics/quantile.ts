import type { Interval } from '../../domain/verdict.ts';
import { binomialPmf } from './binomial.ts';

/** Quantile of sorted values by linear interpolation between order statistics (Hyndman & Fan type 7, numpy's default). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) throw new RangeError('quantile: no values');
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, p));
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  // The two-sided form returns the ends themselves and does not overshoot between equal values.
  return low === high ? low : low + (high - low) * (position - below);
}

/**
 * Distribution-free interval of a quantile from two order statistics (David & Nagaraja, Order Statistics, §7.1): coverage is at least
 * the level. Null when there are too few values for it: no honest interval of a p99 stands on 50 rows.
 */
export function quantileInterval(sorted: readonly number[], p: number, level = 0.95): Interval | null {
  const n = sorted.length;
  const tail = (1 - level) / 2;
  let lowRank = 0;
  let highRank = 0;
  let cumulative = 0;
  // lowRank: the largest r with P(X < r) ≤ tail; highRank: the smallest r with P(X ≥ r) ≤ tail, X ~ Binomial(n, p).
  for (let k = 0; k <= n; k++) {
    if (cumulative <= tail) lowRank = k;
    if (highRank === 0 && k > 0 && 1 - cumulative <= tail + 1e-12) highRank = k;
    cumulative += binomialPmf(k, n, p);
  }
  const low = sorted[lowRank - 1];
  const high = highRank > 0 ? sorted[highRank - 1] : undefined;
  return low === undefined || high === undefined ? null : { low, high, level };
}
