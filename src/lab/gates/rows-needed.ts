import type { MetricRef } from '../../domain/objective.ts';
import type { Interval } from '../../domain/verdict.ts';
import { quantileOf } from '../aggregate.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { requiredRows } from '../statistics/power.ts';

/** Beyond this the honest answer is "out of reach". */
const MOST_ROWS = 100_000;

/** Rows with which 80 % of such measurements would decide, were the truth what was measured; null when that is out of reach. */
export function rowsToDecide(
  effect: number,
  sd: number | null,
  rows: number,
  { alpha }: { readonly alpha: number },
): number | null {
  if (sd === null || rows < 2 || Math.abs(effect) < 1e-9) return null;
  // Rows that all agree have no spread, but some to come may differ: as if one more had.
  const spread = sd > 0 ? sd : 1 / Math.sqrt(rows + 2);
  const needed = Math.max(rows + 1, requiredRows(effect, spread, { alpha }));
  return needed > MOST_ROWS ? null : needed;
}

/** The per-row deviation that would give a mean this interval. */
export const sdOf = ({ low, high, level }: Interval, rows: number): number =>
  ((high - low) / 2 / normalQuantile((1 + level) / 2)) * Math.sqrt(rows);

/** Rows from which a percentile has a 95 % interval at all: enough that some lie beyond it on either side. Null for other aggregates. */
export function rowsForQuantile(ref: MetricRef): number | null {
  const p = quantileOf(ref);
  return p === null ? null : Math.ceil(Math.log(0.025) / Math.log(Math.max(p, 1 - p)));
}
