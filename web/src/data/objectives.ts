import type { Job } from '../../../src/client/index.ts';
import type { Objective } from '../../../src/domain/objective.ts';
import { headlineOfJob, resolvedOf } from './resolved.ts';

type KnownObjective = Pick<Objective, 'metric' | 'goal'>;

/** What a job searches for: the objective that names the winner, and the others. */
export function objectivesOf(job: Pick<Job, 'resolved'>): {
  readonly headline: KnownObjective;
  readonly others: readonly KnownObjective[];
} {
  const resolved = resolvedOf(job);
  if (resolved === null) throw new Error('this job is in a form that this version of the console does not know');
  const headline = headlineOfJob(resolved);
  return { headline, others: resolved.objectives.filter(({ metric }) => metric !== headline.metric) };
}
