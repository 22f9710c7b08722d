import type { Clock } from '../domain/clock.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Database } from '../store/database.ts';
import { appendEvents } from '../store/job-events.ts';
import type { JobFeed } from '../store/job-feed.ts';
import { endJob, type JobEnd } from '../store/jobs.ts';

export interface EndParts {
  readonly database: Database;
  readonly feed: JobFeed;
  readonly clock: Clock;
}

/**
 * Ends a job and tells it, both or neither: whoever follows the events sees the end of every job, and nothing after it. Nothing happens
 * when it had ended already, or when `attempt` is not the present one any more.
 */
export async function endWithEvent(
  { database, feed, clock }: EndParts,
  job: { readonly projectId: string; readonly jobId: string; readonly attempt?: number | undefined },
  end: Omit<JobEnd, 'endedAt'>,
  told: JsonObject = {},
): Promise<void> {
  const { attempt, ...key } = job;
  const at = clock.now();
  const { status, stopReason, error = null } = end;
  const data = { ...(attempt !== undefined && { attempt }), status, stopReason, error, ...told };
  const ended = await database.transaction(async (tx) => {
    const done = await endJob(tx, job.projectId, job.jobId, { ...end, endedAt: at }, attempt);
    if (done) await appendEvents(tx, key, [{ key: 'ended', type: 'ended', data }], at);
    return done;
  });
  if (ended) feed.announce(job.jobId);
}
