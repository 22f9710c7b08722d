import type { Interval } from '../../domain/verdict.ts';
import { normalQuantile } from './normal.ts';
import { wilsonInterval } from './wilson.ts';

export type KappaWeights = 'none' | 'linear' | 'quadratic';

export interface Kappa {
  /** 1 = full agreement, 0 = what chance gives. Null when chance alone agrees fully: both raters used one and the same category. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Observed agreement, weighted; 0…1. */
  readonly observed: number;
  /** Agreement of raters with these shares of categories who know nothing of each other. */
  readonly expected: number;
  /** Things that both have rated. */
  readonly n: number;
}

/**
 * Cohen's kappa of two raters (Cohen 1960), or weighted kappa (Cohen 1968): near misses count in part, by the distance of the categories'
 * positions. The interval is that of the large-sample variance of Fleiss, Cohen and Everitt (1969, "Large sample standard errors of kappa
 * and weighted kappa", Psychological Bulletin 72), which is 0 when all agree; then the lower end is that of Wilson's interval of the
 * observed agreement, put into the formula of kappa.
 *
 * @param table - `table[i][j]`: how often the first rater said category i and the second category j. Square, counts of at least 0.
 * @param positions - Where the categories stand on the scale, for weights; default 0, 1, 2, …
 */
export function cohenKappa(
  table: readonly (readonly number[])[],
  {
    weights = 'none',
    positions,
    level = 0.95,
  }: {
    readonly weights?: KappaWeights;
    readonly positions?: readonly number[];
    readonly level?: number;
  } = {},
): Kappa | null {
  const size = table.length;
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  const all = Array.from({ length: size }, (_, index) => index);
  if (table.some((row) => row.length !== size) || (positions ?? all).length !== size)
    throw new RangeError('cohenKappa: the table must be square, with a position for each category');
  const n = sum(all, (i) => sum(all, (j) => at(i, j)));
  if (n === 0) return null;
  const weight = weightOf(weights, positions ?? all);
  const first = all.map((i) => sum(all, (j) => at(i, j)) / n);
  const second = all.map((j) => sum(all, (i) => at(i, j)) / n);
  const share = (of: readonly number[], index: number) => of[index] ?? 0;
  const observed = sum(all, (i) => sum(all, (j) => (weight(i, j) * at(i, j)) / n));
  const expected = sum(all, (i) => sum(all, (j) => weight(i, j) * share(first, i) * share(second, j)));
  const chance = 1 - expected;
  if (chance < 1e-12) return { value: null, interval: null, observed, expected, n };
  const value = (observed - expected) / chance;
  // Mean weight of a category of one rater with the categories of the other.
  const meanFirst = all.map((i) => sum(all, (j) => share(second, j) * weight(i, j)));
  const meanSecond = all.map((j) => sum(all, (i) => share(first, i) * weight(i, j)));
  const spread = sum(all, (i) =>
    sum(all, (j) => {
      const term = weight(i, j) * chance - (share(meanFirst, i) + share(meanSecond, j)) * (1 - observed);
      return (at(i, j) / n) * term * term;
    }),
  );
  const centre = observed * expected - 2 * expected + observed;
  const variance = Math.max(0, spread - centre * centre) / (n * chance ** 4);
  return { value, interval: intervalOf(value, variance, { observed, expected, n, level }), observed, expected, n };
}

function intervalOf(
  value: number,
  variance: number,
  { observed, expected, n, level }: Pick<Kappa, 'observed' | 'expected' | 'n'> & { readonly level: number },
): Interval {
  if (observed > 1 - 1e-12) {
    const least = wilsonInterval(n, n, level)?.low ?? 0;
    return { low: Math.max(-1, (least - expected) / (1 - expected)), high: 1, level };
  }
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance);
  return { low: Math.max(-1, value - half), high: Math.min(1, value + half), level };
}

/** Agreement of two categories: 1 for the same one, 0 for the two ends of the scale. */
function weightOf(weights: KappaWeights, positions: readonly number[]): (i: number, j: number) => number {
  if (weights === 'none') return (i, j) => Number(i === j);
  const range = Math.max(...positions) - Math.min(...positions);
  return (i, j) => {
    const distance = range === 0 ? 0 : Math.abs((positions[i] ?? 0) - (positions[j] ?? 0)) / range;
    return 1 - (weights === 'linear' ? distance : distance * distance);
  };
}

function sum(indices: readonly number[], term: (index: number) => number): number {
  let total = 0;
  for (const index of indices) total += term(index);
  return total;
}
