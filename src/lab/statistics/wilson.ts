import type { Interval } from '../../domain/verdict.ts';
import { normalQuantile } from './normal.ts';

/**
 * Wilson's score interval of a proportion (1927), without continuity correction. `successes` may be fractional: a row that passed two
 * of three repeats counts 2/3; the interval is then on the safe side, because such a row varies less than a coin. Null for n = 0.
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (n === 0) return null;
  if (!(successes >= 0 && successes <= n)) {
    throw new RangeError(`wilsonInterval: ${successes} successes of ${n}; successes must lie between 0 and n`);
  }
  const z = normalQuantile((1 + level) / 2);
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
    level,
  };
}
