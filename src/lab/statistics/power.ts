import { studentTQuantile } from './student-t.ts';

export interface PowerOptions {
  /** Two-sided significance level; default 0.05. Divide it by the number of finalists for a corrected comparison. */
  readonly alpha?: number;
  /** Probability of seeing the effect; default 0.8. */
  readonly power?: number;
}

const multiplier = (rows: number, { alpha = 0.05, power = 0.8 }: PowerOptions) =>
  studentTQuantile(1 - alpha / 2, rows - 1) + studentTQuantile(power, rows - 1);

/**
 * The smallest true mean difference that a paired comparison on `rows` rows (≥ 2) shows with this power, when the per-row differences
 * have the standard deviation `sd`: (t₁₋α⁄₂ + t_power) · sd / √rows, the usual t approximation to the non-central t. In the metric's unit.
 */
export function minimumDetectableEffect(rows: number, sd: number, options: PowerOptions = {}): number {
  if (!(rows >= 2)) throw new RangeError(`minimumDetectableEffect: rows is ${rows}; a comparison needs at least 2`);
  return (multiplier(rows, options) * sd) / Math.sqrt(rows);
}

/** The fewest rows with which a paired comparison shows a true mean difference of `effect` (≠ 0). Infinity for an effect of 0. */
export function requiredRows(effect: number, sd: number, options: PowerOptions = {}): number {
  if (effect === 0) return Infinity;
  const enough = (rows: number) => minimumDetectableEffect(rows, sd, options) <= Math.abs(effect);
  let high = 2;
  while (!enough(high)) {
    high *= 2;
    if (high > 1e12) return Infinity;
  }
  let low = Math.max(2, high / 2);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
