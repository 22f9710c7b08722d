import type { Candidate } from '../domain/candidate.ts';
import { headlineOf } from '../domain/objective.ts';
import type { Db } from '../store/db.ts';
import type { JobDetail } from '../store/jobs.ts';
import { measuredRollouts } from '../store/measured-rollouts.ts';
import { type HunkNeed, needsOf } from './ablation-needs.ts';
import { variantsOf } from './ablation-plan.ts';
import type { ResolvedJob } from './resolved.ts';

/** What the record says of each change of the winner. `candidates` are its lineage at least, and those that have the text of one of its variants. */
export async function ablationNeeds(
  db: Db,
  job: Pick<ResolvedJob, 'objectives'>,
  { projectId, id }: Pick<JobDetail, 'projectId' | 'id'>,
  of: { readonly baseline: Candidate; readonly winner: Candidate; readonly candidates: readonly Candidate[] },
): Promise<HunkNeed[]> {
  const { baseline, winner, candidates } = of;
  const variants = variantsOf(baseline, winner, candidates);
  const ids = [winner.id, ...variants.map(({ candidate }) => candidate.id)];
  const measured = await measuredRollouts(db, projectId, id, 'open', [...new Set(ids)]);
  return needsOf(variants, winner.id, measured, headlineOf(job.objectives));
}
