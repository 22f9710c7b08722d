import type { Interval } from '../../domain/verdict.ts';
import { studentTQuantile } from './student-t.ts';

/** Student's t interval of a mean. Null with fewer than two values. */
export function meanInterval(values: readonly number[], level = 0.95): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentTQuantile((1 + level) / 2, n - 1) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half, level };
}
