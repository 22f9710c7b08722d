import type { Interval } from '../../domain/verdict.ts';

/** A point of the score curve, as far as drawing goes: CurvePoint and the API's curve points both fit. */
export interface CurveLike {
  /** Search rollouts spent so far. */
  readonly rollouts: number;
  /** Best feasible score so far; null = none yet. */
  readonly score: number | null;
  readonly interval?: Interval | null;
  /** Rows the score stands on. */
  readonly rows?: number;
  readonly candidateId?: string;
  /** Own score of the candidate that this point was written for. */
  readonly candidateScore?: number | null;
}

export interface CurveRange {
  /** Rollouts at the right edge. */
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/** What an axis must span to show all of these points, with a little room; scores in [0, 1] stay in it. Null without any score. */
export function curveRange(points: readonly CurveLike[], withIntervals = true): CurveRange | null {
  const values = points.flatMap(({ score, interval, candidateScore }) =>
    [score, candidateScore, ...(withIntervals && interval ? [interval.low, interval.high] : [])].filter(
      (value) => value !== null && value !== undefined,
    ),
  );
  if (values.length === 0) return null;
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least) * 0.08 || Math.max(Math.abs(most) * 0.1, 0.05);
  const inUnit = least >= 0 && most <= 1;
  return {
    right: Math.max(1, ...points.map(({ rollouts }) => rollouts)),
    low: inUnit ? Math.max(0, least - room) : least - room,
    high: inUnit ? Math.min(1, most + room) : most + room,
  };
}

/** Round numbers from low to high, about `count` of them (1, 2 or 5 times a power of ten apart). */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
