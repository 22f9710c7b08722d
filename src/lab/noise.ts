import type { NoiseFloor } from '../domain/noise.ts';
import type { MetricRef } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { byRow, rowValue } from './aggregate-values.ts';
import { detectableEffect } from './planning.ts';
import { wilsonInterval } from './statistics/wilson.ts';

/** Two runs of the same prompt on the same row. */
export interface TwinRollouts {
  readonly first: MeasuredRollout;
  readonly second: MeasuredRollout;
}

export interface NoiseOptions {
  readonly headline: MetricRef;
  /** Every model that answers is asked at temperature 0. */
  readonly coldModels: boolean;
  /** Of the comparison that the noise is to be held against. */
  readonly testRows: number;
  readonly finalists: number;
  readonly repeats: number;
}

/** The noise floor of a prompt from its runs against itself. Null when no row has a score from both. */
export function noiseFloor(twins: readonly TwinRollouts[], options: NoiseOptions): NoiseFloor | null {
  const { headline, coldModels, testRows, finalists, repeats } = options;
  const differences = twins.flatMap(({ first, second }) => {
    const [before, after] = [rowValue(headline, [first]), rowValue(headline, [second])];
    return before === null || after === null ? [] : [after - before];
  });
  const rows = differences.length;
  if (rows === 0) return null;
  const flips = differences.filter((difference) => Math.abs(difference) > 1e-9).length;
  const same = twins.every(({ first, second }) => first.output === second.output);
  // The variance of a difference is that of both runs.
  const noiseVariance = differences.reduce((sum, difference) => sum + difference ** 2, 0) / rows / 2;
  return {
    rows,
    flipRate: flips / rows,
    interval: wilsonInterval(flips, rows),
    deterministic: coldModels && same && flips === 0,
    sdPerRow: Math.sqrt(noiseVariance),
    sdOfMean: testRows === 0 ? 0 : Math.sqrt(noiseVariance / testRows),
    minimumDetectableEffect: detectableEffect(testRows, { finalists, repeats, noiseVariance }),
    testRows,
    repeats,
  };
}

/** Rounds in which as many rows were run as in the first one; at least 1. */
export function fullRounds(rollouts: readonly MeasuredRollout[]): number {
  const runs = new Map<number, number>();
  for (const { repeat } of rollouts) runs.set(repeat, (runs.get(repeat) ?? 0) + 1);
  const first = runs.get(0) ?? 0;
  let rounds = 1;
  while (first > 0 && (runs.get(rounds) ?? 0) >= first) rounds += 1;
  return rounds;
}

/** Variance of a metric's value of one row over runs of the same prompt, pooled over rows and prompts; null where no row was run twice. */
export function runVariance(ref: MetricRef, prompts: readonly (readonly MeasuredRollout[])[]): number | null {
  let squares = 0;
  let freedom = 0;
  for (const rollouts of prompts) {
    for (const runs of byRow(rollouts).values()) {
      const values = runs.flatMap((run) => rowValue(ref, [run]) ?? []);
      if (values.length < 2) continue;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      squares += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      freedom += values.length - 1;
    }
  }
  return freedom === 0 ? null : squares / freedom;
}
