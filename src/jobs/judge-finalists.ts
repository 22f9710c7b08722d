import type { Row } from '../domain/dataset.ts';
import type { NoiseFloor } from '../domain/noise.ts';
import { headlineOf } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { metricRef } from '../lab/aggregate.ts';
import { type ComparedFinalist, compareFinalists, type FinalistRollouts } from '../lab/compare.ts';
import { type Decision, decide } from '../lab/decide.ts';
import { fullRounds, runVariance } from '../lab/noise.ts';
import { createRandom } from '../search/random.ts';
import type { ResolvedJob } from './resolved.ts';

export interface JudgedJob extends Pick<ResolvedJob, 'objectives' | 'seed'> {
  /** What the A/A run found; null without one. */
  readonly noise: Pick<NoiseFloor, 'sdPerRow'> | null;
}

/**
 * The verdict over the finalists (best on validation first) on the sealed rows. The same rollouts always give the same verdict: a report
 * derives it again from the record.
 */
export function judgeFinalists(
  { objectives, seed, noise }: JudgedJob,
  rows: readonly Row[],
  baseline: { readonly id: string; readonly rollouts: readonly MeasuredRollout[] },
  finalists: readonly FinalistRollouts[],
): { readonly decision: Decision; readonly compared: readonly ComparedFinalist[] } {
  const compared = compareFinalists(objectives, rows, baseline.rollouts, finalists, {
    random: createRandom(seed, 'confirmation'),
  });
  const sides = [baseline.rollouts, ...finalists.map(({ rollouts }) => rollouts)];
  const measured = runVariance(metricRef(headlineOf(objectives).metric), sides);
  const decision = decide(objectives, baseline.id, compared, {
    repeats: Math.min(...sides.map(fullRounds)),
    noiseVariance: measured ?? (noise ? noise.sdPerRow ** 2 : null),
  });
  return { decision, compared };
}
