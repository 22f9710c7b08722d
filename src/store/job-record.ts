import { eq } from 'drizzle-orm';
import { ParetuneError } from '../domain/errors.ts';
import type { JobRecord } from '../domain/record.ts';
import { batchWriter } from './batch-writer.ts';
import type { Database } from './database.ts';
import type { Db } from './db.ts';
import { openEarlierAnswers } from './earlier-answers.ts';
import { appendEvents } from './job-events.ts';
import type { JobFeed } from './job-feed.ts';
import { answerOf, loadJournal } from './journal.ts';
import { type Fact, insertFacts } from './record-rows.ts';
import { jobs } from './schema.ts';
import { withoutValues } from './store-error.ts';

export interface RecordOptions {
  readonly projectId: string;
  readonly jobId: string;
  /** Woken after new events. */
  readonly feed?: JobFeed;
  /**
   * The attempt that writes, as `startJob` numbered it. When the job has been taken up again since, every write is refused: a worker that
   * was cut off and believed dead can not mix its facts with those of its successor.
   */
  readonly attempt?: number;
  /** When the answers of earlier jobs were recorded that this one may use; absent: it uses none. */
  readonly reuse?: { readonly from: Date; readonly before: Date };
  /** Time of events; default: the system's. */
  readonly now?: () => Date;
}

/** Items wait this long for company: little next to a model call, and hundreds of them share one commit. */
const BATCH = { delay: 4, size: 40 };

/**
 * Opens the record of a job: the journal is read into memory, everything written is batched and durable in the order in which it was
 * given.
 *
 * A failure of the store is final for this record: the failed `put` or `flush` and all later ones reject. The job is then to be given up
 * and taken up again from what is durable.
 *
 * @throws ParetuneError `conflict` (from `put` and `flush`) when another worker has taken the job up.
 */
export async function openJobRecord(database: Database, options: RecordOptions): Promise<JobRecord> {
  const { projectId, jobId, feed, attempt } = options;
  const now = options.now ?? (() => new Date());
  const job = { projectId, jobId };
  const known = await loadJournal(database.db, projectId, jobId);
  const earlier = options.reuse && (await openEarlierAnswers(database.db, { ...job, ...options.reuse }));

  const writer = batchWriter<Fact>(async (batch) => {
    let announced = false;
    try {
      await database.transaction(async (tx) => {
        if (attempt !== undefined) await refuseSuperseded(tx, jobId, attempt);
        await insertFacts(tx, job, batch);
        const events = batch.flatMap((fact) => (fact.kind === 'event' ? [fact.event] : []));
        await appendEvents(tx, job, events, now());
        announced = events.length > 0;
      });
    } catch (error) {
      throw withoutValues(error);
    }
    if (announced) feed?.announce(jobId);
  }, BATCH);

  return {
    journal: {
      ...(earlier && { earlier }),
      get: (callId) => known.get(callId),
      put: async (entry) => {
        writer.add({ kind: 'call', entry });
        await writer.flush();
        // The first answer of a call is its answer.
        if (!known.has(entry.callId)) known.set(entry.callId, answerOf(entry));
      },
    },
    rollout: (rollout, purpose) => writer.add({ kind: 'rollout', rollout, purpose }),
    candidate: (candidate) => writer.add({ kind: 'candidate', candidate, at: now() }),
    refusal: (refusal) => writer.add({ kind: 'refusal', refusal }),
    fate: (candidateId, seq, fate, reason) => writer.add({ kind: 'fate', candidateId, seq, fate, reason }),
    curvePoint: (point) => writer.add({ kind: 'curve', point }),
    event: (event) => writer.add({ kind: 'event', event }),
    flush: () => writer.flush(),
  };
}

async function refuseSuperseded(tx: Db, jobId: string, attempt: number): Promise<void> {
  const [job] = await tx.select({ attempts: jobs.attempts }).from(jobs).where(eq(jobs.id, jobId)).for('share');
  if (job?.attempts !== attempt) {
    throw new ParetuneError('conflict', `another worker has taken job ${jobId} up; this attempt (${attempt}) ends`);
  }
}
