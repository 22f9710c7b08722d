import { incompleteBeta } from './beta.ts';
import { normalPdf, normalQuantile } from './normal.ts';

/** P(T > t) for t ≥ 0. Near t = 0 from the complement, where the other argument of the beta function would lose its digits. */
function upperTail(t: number, df: number): number {
  const square = t * t;
  return square < df
    ? 0.5 - 0.5 * incompleteBeta(square / (df + square), 0.5, df / 2)
    : 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5);
}

/** P(T ≤ t) of Student's t with `df` > 0 degrees of freedom, through the incomplete beta function (DLMF 8.17). */
export function studentTCdf(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`studentTCdf: df is ${df}; it must be positive`);
  if (t === Infinity) return 1;
  if (t === -Infinity) return 0;
  return t > 0 ? 1 - upperTail(t, df) : upperTail(-t, df);
}

/** The t with P(T ≤ t) = p, by bisection between brackets grown from the normal quantile. ±Infinity at 0 and 1. */
export function studentTQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`studentTQuantile: p is ${p}; it must be a probability in [0, 1]`);
  if (!(df > 0)) throw new RangeError(`studentTQuantile: df is ${df}; it must be positive`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, df);
  if (p === 0) return -Infinity;
  let low = 0;
  let high = Math.max(-normalQuantile(p), normalPdf(0));
  while (upperTail(high, df) > p && high < 1e300) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(middle, df) > p) low = middle;
    else high = middle;
  }
  return -(low + high) / 2;
}
