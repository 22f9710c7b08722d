import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import type { JobEvent } from '../domain/record.ts';
import type { Db } from './db.ts';
import { notifyJobEvents } from './job-feed.ts';
import { jobEvents } from './schema.ts';

/** An event as it was stored; `id` rises with every event of a job, in the order in which readers can see them. */
export interface StoredEvent extends JobEvent {
  readonly id: number;
  readonly at: Date;
}

/**
 * Appends events in one transaction with whatever else it holds; an event whose key the job has already is left out.
 *
 * Ids are drawn before the commit: with two writers (a worker, and the API that cancels), a reader could see id 8 before id 7 and miss 7
 * for ever. So writers of one job take turns.
 */
export async function appendEvents(
  tx: Db,
  job: { readonly projectId: string; readonly jobId: string },
  events: readonly JobEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${job.jobId}, 0))`);
  await tx
    .insert(jobEvents)
    .values(events.map(({ key, type, data }) => ({ ...job, key, type, data, at })))
    .onConflictDoNothing();
  await notifyJobEvents(tx, job.jobId);
}

/** Events after `id` (0 = from the beginning), oldest first. */
export async function eventsAfter(
  db: Db,
  projectId: string,
  jobId: string,
  id: number,
  limit = 500,
): Promise<StoredEvent[]> {
  return db
    .select({
      id: jobEvents.id,
      key: jobEvents.key,
      type: jobEvents.type,
      data: jobEvents.data,
      at: jobEvents.at,
    })
    .from(jobEvents)
    .where(and(eq(jobEvents.projectId, projectId), eq(jobEvents.jobId, jobId), gt(jobEvents.id, id)))
    .orderBy(asc(jobEvents.id))
    .limit(limit);
}

/** The newest event of a job; 0 before the first. Whatever a search finds is told: the same number means the same facts. */
export async function lastEventId(db: Db, projectId: string, jobId: string): Promise<number> {
  const [last] = await db
    .select({ id: jobEvents.id })
    .from(jobEvents)
    .where(and(eq(jobEvents.projectId, projectId), eq(jobEvents.jobId, jobId)))
    .orderBy(desc(jobEvents.id))
    .limit(1);
  return last?.id ?? 0;
}
