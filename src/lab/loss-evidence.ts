import { parseMetric } from '../domain/objective.ts';
import type { PairedFigures } from './paired-figures.ts';
import { pairedLossPValue, pairedProportionInterval } from './statistics/paired-proportions.ts';
import { studentTCdf, studentTQuantile } from './statistics/student-t.ts';

/** The length of a prompt does not depend on the rows: what was measured is the truth. */
const isExact = (metric: string) => parseMetric(metric)?.base === 'promptTokens';
const SLACK = 1e-9;

/**
 * One-sided p-value of "the candidate is worse than the baseline by more than the margin": small when the rows say so. Binary rows: score
 * and conditional exact test; everything else: t test on the paired differences, never below what as many coins could bring about.
 */
export function lossPValue(figures: PairedFigures, margin: number): number {
  const { metric, difference, rows, wins, losses, units, sd, method } = figures;
  if (difference === null) return 1;
  const beyond = difference + margin < -SLACK;
  if (isExact(metric)) return beyond ? 0 : 1;
  if (method === 'mcnemar') return pairedLossPValue(wins, losses, rows, margin);
  if (sd === null || units < 2) return 1;
  const coins = 0.5 ** (margin === 0 ? Math.min(units, wins + losses) : units);
  if (sd === 0) return beyond ? coins : 1;
  return Math.max(coins, studentTCdf((difference + margin) / (sd / Math.sqrt(rows)), units - 1));
}

/**
 * One-sided lower bound of the difference: a larger loss than this is excluded at the level. Null when the rows cannot bear one.
 */
export function leastDifference(figures: PairedFigures, level = 0.95): number | null {
  const { metric, difference, rows, wins, losses, units, sd, method } = figures;
  if (difference === null) return null;
  if (isExact(metric)) return difference;
  // Graded scores that never differ have no spread to estimate from; as pass/fail rows they are on the safe side.
  if (method === 'mcnemar' || (sd === 0 && wins + losses === 0)) {
    return pairedProportionInterval(wins, losses, rows, 2 * level - 1)?.low ?? null;
  }
  if (sd === null || units < 2) return null;
  return difference - (studentTQuantile(level, units - 1) * sd) / Math.sqrt(rows);
}
