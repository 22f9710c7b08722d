import type { Interval } from '../../domain/verdict.ts';
import { incompleteBeta, logGamma } from './beta.ts';

/** Fewer successes or failures than this are none. */
const NONE = 1e-9;

/**
 * Mid-p interval of a proportion (Lancaster 1961; Berry & Armitage 1995, The Statistician 44:417): the exact test inverted with half the
 * probability of the observed outcome. Its coverage swings around the level rather than above it, near 0 and 1, too. `successes` and `n`
 * may be fractional: an effective number of rows. Null for n = 0.
 */
export function midPInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (n === 0) return null;
  if (!(successes >= 0 && successes <= n)) {
    throw new RangeError(`midPInterval: ${successes} successes of ${n}; successes must lie between 0 and n`);
  }
  const tail = (1 - level) / 2;
  const failures = n - successes;
  const logChoose = logGamma(n + 1) - logGamma(successes + 1) - logGamma(failures + 1);
  // P(more than observed) + half of P(observed), at p.
  const upper = (p: number) => {
    const observed = Math.exp(logChoose + successes * Math.log(p) + failures * Math.log1p(-p));
    return successes < NONE ? 1 - observed / 2 : incompleteBeta(p, successes, failures + 1) - observed / 2;
  };
  return {
    low: successes < NONE ? 0 : rootOf((p) => upper(p) - tail),
    high: failures < NONE ? 1 : rootOf((p) => upper(p) - (1 - tail)),
    level,
  };
}

/** The zero in (0, 1) of a function that increases through it: halving until it is near, then false position (Illinois). */
function rootOf(increasing: (p: number) => number): number {
  let [low, high, below, above] = [0, 1, 0, 0];
  for (let step = 0; step < 200 && high - low > 1e-13; step++) {
    const near = below !== 0 && above !== 0 && step >= 10;
    const p = near ? (low * above - high * below) / (above - below) : (low + high) / 2;
    const value = increasing(p);
    if (value === 0) return p;
    if (value < 0) {
      if (near && low > 0) above /= 2;
      [low, below] = [p, value];
    } else {
      if (near && high < 1) below /= 2;
      [high, above] = [p, value];
    }
    if (near && Math.abs(value) < 1e-13) return p;
  }
  return (low + high) / 2;
}
