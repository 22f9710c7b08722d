import type { Interval } from '../../domain/verdict.ts';
import { betaQuantile, logGamma } from './beta.ts';

const checkCounts = (name: string, successes: number, n: number) => {
  if (!(Number.isInteger(n) && Number.isInteger(successes) && successes >= 0 && successes <= n)) {
    throw new RangeError(`${name}: ${successes} of ${n}; both must be whole numbers with 0 ≤ successes ≤ n`);
  }
};

/** P(X = k) for X ~ Binomial(n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return k === (p === 0 ? 0 : n) ? 1 : 0;
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

export interface BinomialTestOptions {
  /** Count only half of the outcomes that are as likely as the observed one (Lancaster's mid-p): less conservative, no longer exact. */
  readonly midP?: boolean;
}

/**
 * Two-sided exact binomial test of P(success) = p: the probability of all outcomes that are no more likely than the observed one
 * (the rule of R's `binom.test` and scipy's `binomtest`). p-value in [0, 1].
 */
export function binomialTest(successes: number, n: number, p = 0.5, options: BinomialTestOptions = {}): number {
  checkCounts('binomialTest', successes, n);
  const observed = binomialPmf(successes, n, p);
  // Outcomes of equal probability differ by rounding; the same tolerance as in scipy.
  const tolerance = observed * 1e-7;
  let total = 0;
  for (let k = 0; k <= n; k++) {
    const mass = binomialPmf(k, n, p);
    if (mass > observed + tolerance) continue;
    total += options.midP && mass >= observed - tolerance ? mass / 2 : mass;
  }
  return Math.min(1, total);
}

/** Exact (Clopper–Pearson 1934) interval of a proportion: coverage is never below the level. Null for n = 0. */
export function clopperPearsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  checkCounts('clopperPearsonInterval', successes, n);
  if (n === 0) return null;
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
    level,
  };
}
