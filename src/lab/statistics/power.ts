import { normalQuantile } from './normal.ts';
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
  const { alpha = 0.05, power = 0.8 } = options;
  const normal = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  // With a known deviation these would do; a t distribution asks for a few more, never for fewer.
  let rows = Math.max(2, Math.ceil(((normal * sd) / effect) ** 2));
  if (rows > 1e12) return Infinity;
  while (minimumDetectableEffect(rows, sd, options) > Math.abs(effect)) rows += 1;
  return rows;
}
