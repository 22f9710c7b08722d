import type { Interval } from '../../domain/verdict.ts';
import { binomialPmf, clopperPearsonInterval } from './binomial.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/**
 * Interval of the difference of two paired proportions, (wins − losses) / rows.
 *
 * Tango's score interval (1998, Statistics in Medicine 17:891), which stays sensible with few or no differing rows, widened to the
 * conditional exact one (Clopper–Pearson on the share of wins among the differing rows): so that it excludes 0 only when the exact
 * McNemar test is significant at the same level, and interval and p-value never tell different stories. Null for rows = 0.
 */
export function pairedProportionInterval(wins: number, losses: number, rows: number, level = 0.95): Interval | null {
  if (rows === 0) return null;
  if (!(wins >= 0 && losses >= 0 && wins + losses <= rows)) {
    throw new RangeError(`pairedProportionInterval: ${wins} wins and ${losses} losses do not fit into ${rows} rows`);
  }
  const score = tangoInterval(wins, losses, rows, level);
  const differing = wins + losses;
  const share = clopperPearsonInterval(wins, differing, level);
  if (share === null) return score;
  return {
    low: Math.min(score.low, (differing / rows) * (2 * share.low - 1)),
    high: Math.max(score.high, (differing / rows) * (2 * share.high - 1)),
    level,
  };
}

/**
 * One-sided p-value of "the difference is below −margin" (margin ≥ 0): the score test of the interval above and its conditional exact
 * one, whichever claims less. With margin 0 that is the one-sided exact McNemar test. 1 for rows = 0.
 */
export function pairedLossPValue(wins: number, losses: number, rows: number, margin: number): number {
  const differing = wins + losses;
  if (rows === 0 || differing === 0) return 1;
  const share = (1 - (margin * rows) / differing) / 2;
  if (share <= 0) return 1;
  let exact = 0;
  for (let won = 0; won <= wins; won++) exact += binomialPmf(won, differing, share);
  return Math.min(1, Math.max(exact, normalCdf(scoreStatistic(wins, losses, rows, -margin))));
}

/** Tango's score interval alone: the differences that the score test does not refuse. */
export function tangoInterval(wins: number, losses: number, rows: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const high = upperLimit(wins, losses, rows, z);
  return { low: -upperLimit(losses, wins, rows, z), high, level };
}

/** The largest difference that is not refused, by bisection between the estimate and 1. */
function upperLimit(wins: number, losses: number, rows: number, z: number): number {
  let low = (wins - losses) / rows;
  let high = 1;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (scoreStatistic(wins, losses, rows, middle) > -z) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function scoreStatistic(wins: number, losses: number, rows: number, difference: number): number {
  // Restricted maximum-likelihood estimate of P(loss) under this difference.
  const a = 2 * rows;
  const b = -wins - losses + (2 * rows - wins + losses) * difference;
  const c = -losses * difference * (1 - difference);
  const lossRate = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = rows * (2 * lossRate + difference * (1 - difference));
  const distance = wins - losses - rows * difference;
  return variance <= 0 ? (distance === 0 ? 0 : Math.sign(distance) * Infinity) : distance / Math.sqrt(variance);
}
