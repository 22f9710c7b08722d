import type { Row } from '../domain/dataset.ts';
import type { Rollout } from '../domain/rollout.ts';
import { type ComparedFinalist, compareFinalists, type FinalistRollouts } from '../lab/compare.ts';
import { type Decision, decide } from '../lab/decide.ts';
import { createRandom } from '../search/random.ts';
import type { ResolvedJob } from './resolved.ts';

/**
 * The verdict over the finalists (best on validation first) on the sealed rows. The same rollouts always give the same verdict: a report
 * derives it again from the record.
 */
export function judgeFinalists(
  job: Pick<ResolvedJob, 'objectives' | 'seed'>,
  rows: readonly Row[],
  baseline: { readonly id: string; readonly rollouts: readonly Rollout[] },
  finalists: readonly FinalistRollouts[],
): { readonly decision: Decision; readonly compared: readonly ComparedFinalist[] } {
  const compared = compareFinalists(job.objectives, rows, baseline.rollouts, finalists, {
    random: createRandom(job.seed, 'confirmation'),
  });
  return { decision: decide(job.objectives, baseline.id, compared), compared };
}
