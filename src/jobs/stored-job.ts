import { ParetuneError } from '../domain/errors.ts';
import type { Db } from '../store/db.ts';
import { getCandidate, type StoredCandidate } from '../store/job-facts.ts';
import { getJobDetail, type JobDetail } from '../store/jobs.ts';
import type { Scope } from '../store/scope.ts';
import { type ResolvedJob, resolvedJobSchema } from './resolved.ts';

const kindOf = (id: string) => (id.startsWith('eval_') ? 'evaluation' : 'job');

/** A stored job and what it resolved to. Throws `not_found`. */
export async function findJob(
  db: Db,
  scope: Scope,
  jobId: string,
): Promise<{ readonly row: JobDetail; readonly job: ResolvedJob }> {
  const row = await getJobDetail(db, scope.projectId, jobId);
  if (!row) throw new ParetuneError('not_found', `there is no ${kindOf(jobId)} "${jobId}" in this project`);
  return { row, job: resolvedJobSchema.parse(row.resolved) };
}

/** Throws `not_found`. */
export async function findCandidate(
  db: Db,
  scope: Scope,
  jobId: string,
  candidateId: string,
): Promise<StoredCandidate> {
  const candidate = await getCandidate(db, scope.projectId, jobId, candidateId);
  if (!candidate) throw new ParetuneError('not_found', `job "${jobId}" has no candidate "${candidateId}"`);
  return candidate;
}

/** The candidate that the job stands behind now: its best so far, the baseline before anything was measured. */
export const bestId = (row: JobDetail): string => row.best?.candidateId ?? 'c0';
