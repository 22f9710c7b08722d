import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import type { Db } from './db.ts';

const CHANNEL = 'paretune_job_events';

/**
 * Says that a job has new events: to this process at once, to the others through NOTIFY. Only the job's id travels; readers fetch events
 * after the last one they know, so a notification too many is harmless, and one too few is made up by the next.
 */
export interface JobFeed {
  /** Calls `wake` after new events of the job; returns the end of the subscription. */
  subscribe(jobId: string, wake: () => void): () => void;
  /** Wakes the subscribers in this process. Call it after the commit. */
  announce(jobId: string): void;
  /** Idempotent. Does not close the database. */
  close(): Promise<void>;
}

/** Adds the notification for other processes to a transaction: PostgreSQL delivers it when that commits. */
export async function notifyJobEvents(tx: Db, jobId: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${CHANNEL}, ${jobId})`);
}

/** Starts listening. One feed per process. */
export async function openJobFeed(database: Database): Promise<JobFeed> {
  const subscribers = new Map<string, Set<() => void>>();
  const announce = (jobId: string) => {
    for (const wake of [...(subscribers.get(jobId) ?? [])]) wake();
  };
  const unlisten = await database.listen(CHANNEL, announce, () => {
    for (const jobId of [...subscribers.keys()]) announce(jobId);
  });
  let closing: Promise<void> | undefined;
  return {
    announce,
    subscribe: (jobId, wake) => {
      const wakes = subscribers.get(jobId) ?? new Set();
      subscribers.set(jobId, wakes);
      // A function of its own, so that two subscriptions with one callback end one by one.
      const own = () => wake();
      wakes.add(own);
      return () => {
        wakes.delete(own);
        if (wakes.size === 0 && subscribers.get(jobId) === wakes) subscribers.delete(jobId);
      };
    },
    close: () => {
      subscribers.clear();
      closing ??= unlisten();
      return closing;
    },
  };
}
