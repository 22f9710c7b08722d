import type { Interval } from '../../domain/verdict.ts';
import { binomialPmf } from './binomial.ts';
import { mcnemarExact } from './mcnemar.ts';
import { quantile, quantileInterval } from './quantile.ts';

const sortedCopy = (values: readonly number[]): number[] => Array.from(Float64Array.from(values).sort());

/**
 * Interval of the difference of a quantile, second side minus first, of the same rows: the intervals of the two sides by order
 * statistics, which hold whatever the distribution is, recovered into one of the difference (Zou & Donner 2008, Statist. Med. 27:1693)
 * with the correlation of lying below the quantile. Null where either side has too few rows for an interval of its own.
 *
 * Resampling would be no cheaper way to the same: the bootstrap of a quantile in a tail has a handful of values to draw.
 */
export function quantileDifferenceInterval(
  first: readonly number[],
  second: readonly number[],
  p: number,
  level = 0.95,
): Interval | null {
  const [a, b] = [sortedCopy(first), sortedCopy(second)];
  const [before, after] = [quantileInterval(a, p, level), quantileInterval(b, p, level)];
  if (before === null || after === null) return null;
  const [x, y] = [quantile(a, p), quantile(b, p)];
  const rho = correlation(
    first.map((value) => value <= x),
    second.map((value) => value <= y),
  );
  const reach = (one: number, other: number) => Math.sqrt(Math.max(0, one ** 2 + other ** 2 - 2 * rho * one * other));
  return {
    low: y - x - reach(y - after.low, before.high - x),
    high: y - x + reach(after.high - y, x - before.low),
    level,
  };
}

/**
 * Two-sided p-value of "both sides have the same quantile", exact when each row's two values could as well have come the other way round:
 * rows on opposite sides of the quantile of all values together are counted as McNemar does. That quantile does not change with the
 * exchange.
 */
export function quantileDifferenceTest(first: readonly number[], second: readonly number[], p: number): number {
  const { up, down } = crossings(first, second, p);
  return mcnemarExact(up, down);
}

/** One-sided p-value of "the second side's quantile is higher": the same test, small when rows move up. */
export function higherQuantileTest(first: readonly number[], second: readonly number[], p: number): number {
  const { up, down } = crossings(first, second, p);
  const moved = up + down;
  let tail = 0;
  for (let count = up; count <= moved; count++) tail += binomialPmf(count, moved, 0.5);
  return Math.min(1, tail);
}

/** Rows that pass the quantile of all values together, by direction. */
function crossings(first: readonly number[], second: readonly number[], p: number) {
  let [up, down] = [0, 0];
  if (first.length === 0) return { up, down };
  const middle = quantile(sortedCopy([...first, ...second]), p);
  for (const [index, before] of first.entries()) {
    const after = second[index] ?? before;
    if (before <= middle && after > middle) up += 1;
    if (before > middle && after <= middle) down += 1;
  }
  return { up, down };
}

/** Of two yes-or-no variables (φ), negative taken as none: the interval is wider for it. */
function correlation(first: readonly boolean[], second: readonly boolean[]): number {
  const n = first.length;
  const share = (of: (index: number) => boolean) => first.reduce((sum, _, index) => sum + Number(of(index)), 0) / n;
  const [p, q] = [share((i) => first[i] === true), share((i) => second[i] === true)];
  const spread = Math.sqrt(p * (1 - p) * q * (1 - q));
  return spread === 0 ? 0 : Math.max(0, (share((i) => first[i] === true && second[i] === true) - p * q) / spread);
}
