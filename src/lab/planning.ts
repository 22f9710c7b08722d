import { minimumDetectableEffect } from './statistics/power.ts';

/** A comparison with the baseline that is still to be made. */
export interface PlannedComparison {
  /** Finalists that Holm corrects for. */
  readonly finalists: number;
  /** Runs of each row. */
  readonly repeats: number;
  /** Variance of the headline score of one row over runs of the same prompt; 0 = deterministic. */
  readonly noiseVariance: number;
  readonly alpha?: number;
  readonly power?: number;
}

/** A better prompt is taken to lose as many rows as it gains on balance, but no more than this share. */
const MOST_LOST = 0.05;
/** Two sides that have nothing to do with each other differ by no more than this variance when scores are in [0, 1]. */
const MOST_VARIANCE = 0.5;
/** What is promised is 0.8; the rest is for assumptions that are a little off. */
const PLANNED_POWER = 0.85;
/** Steps in which effects are told: a tenth of a point. */
const STEP = 0.001;

/**
 * Variance per row of the paired difference when the true gain is `effect`: rows that the change wins and loses for good, and the noise of
 * both sides. Pass/fail rows vary most, so graded scores are on the safe side.
 */
function plannedVariance(effect: number, { noiseVariance, repeats }: PlannedComparison): number {
  const differing = Math.min(1, effect + 2 * Math.min(MOST_LOST, effect));
  return Math.min(MOST_VARIANCE, Math.max(0, differing - effect * effect) + (2 * noiseVariance) / repeats);
}

function shows(effect: number, rows: number, plan: PlannedComparison): boolean {
  const { alpha = 0.05, power = PLANNED_POWER, finalists } = plan;
  // Not even winning every row would be significant.
  if (2 * finalists * 0.5 ** rows >= alpha) return false;
  const sd = Math.sqrt(plannedVariance(effect, plan));
  // Exact tests of pass/fail rows jump from row to row: the usual continuity correction.
  const usable = rows - 2 / effect;
  return usable >= 2 && minimumDetectableEffect(usable, sd, { alpha: alpha / finalists, power }) <= effect;
}

/** The smallest true gain (in score units, to 0.001) that the comparison shows with its power on this many rows; null when none of up to 1 is shown. */
export function detectableEffect(rows: number, plan: PlannedComparison): number | null {
  if (!shows(1, rows, plan)) return null;
  let [low, high] = [0, Math.round(1 / STEP)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle * STEP, rows, plan)) high = middle;
    else low = middle;
  }
  return high * STEP;
}

/** The fewest rows on which the comparison shows a true gain of `effect` (> 0) with its power. */
export function rowsToDetect(effect: number, plan: PlannedComparison): number {
  let high = 2;
  while (!shows(effect, high, plan)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(effect, middle, plan)) high = middle;
    else low = middle;
  }
  return high;
}
