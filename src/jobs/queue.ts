import { createHash } from 'node:crypto';
import { fieldError, type ParetuneError } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import type { Db } from '../store/db.ts';
import { cancelRequestedAmong } from '../store/jobs.ts';
import {
  createBoss,
  createQueues,
  EMBEDDED_TIMING,
  GIVEN_UP,
  JOBS,
  POSTGRES_TIMING,
  type QueueTiming,
  releaseInterrupted,
  SCHEDULES,
} from './queue-boss.ts';
import { transactionDriver } from './queue-driver.ts';
import { RunningJobs } from './running-jobs.ts';

/**
 * The handler of a job. It resolves when the job is over, whatever its result, and rejects when another attempt should take it up. The
 * signal's reason is a StopSignal: `cancelled` (a user asked), `shutdown` (this worker stops, or has lost the job to another one).
 */
export type JobHandler = (jobId: string, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** Jobs at once in this process. */
  readonly concurrency: number;
  /** Told of a job whose retries are used up, because its workers keep dying: it is to be ended as failed. */
  readonly onGivenUp?: (jobId: string) => Promise<void>;
}

/** Hands jobs to workers. It carries ids only: what a job is, and how far it is, stands in our own tables. */
export interface JobQueue {
  /** Creates or upgrades the queue's own tables and begins to watch over workers and schedules. */
  start(): Promise<void>;
  /** Queues a job, once; with `tx` it is queued if and when that commits. */
  enqueue(jobId: string, tx?: Db): Promise<void>;
  /** Begins to take jobs. */
  work(handler: JobHandler, options: WorkOptions): Promise<void>;
  /** Aborts the job's signal in whichever process runs it. The cancellation itself is a fact of the job's row, to be written first. */
  cancel(jobId: string): Promise<void>;
  /**
   * Creates or changes a schedule: five-field cron in a time zone. Occurrences that nobody was up for are skipped.
   *
   * @throws ParetuneError `unprocessable`, naming `cron` or `timezone`.
   */
  upsertSchedule(id: string, cron: string, timezone: string): Promise<void>;
  removeSchedule(id: string): Promise<void>;
  /** Ids of the schedules that the queue knows. */
  scheduleIds(): Promise<string[]>;
  /** The next occurrences after `from`. Throws like `upsertSchedule`. */
  nextRuns(cron: string, timezone: string, from: Date, count: number): Date[];
  /**
   * Begins to take due schedules; each occurrence reaches one process. After a rejection, or the death of the process, it is tried again
   * with the same `occurrence`.
   */
  onSchedule(handler: (scheduleId: string, occurrence: string) => Promise<void>): Promise<void>;
  /**
   * Stops taking jobs. `graceful` waits for the running ones, up to `timeoutMs` (default 30 s); what still runs then is aborted with
   * `shutdown` and goes back to the queue. Idempotent. Does not close the database.
   */
  stop(options?: { readonly graceful?: boolean; readonly timeoutMs?: number }): Promise<void>;
}

const CANCEL_CHANNEL = 'paretune_cancel';

const ABORT_GRACE_MS = 10_000;

export interface QueueOptions {
  readonly timing?: Partial<QueueTiming>;
  /** Told of failures in the background: a poll, a heartbeat, a broken connection. The queue goes on. */
  readonly onError?: (error: Error) => void;
}

/** The queue on pg-boss, in the same database as everything else. */
export function createJobQueue(database: Database, options: QueueOptions = {}): JobQueue {
  const onError = options.onError ?? (() => {});
  const timing = {
    ...(database.kind === 'pglite' ? EMBEDDED_TIMING : POSTGRES_TIMING),
    ...options.timing,
  };
  const boss = createBoss(database, timing);
  boss.on('error', onError);
  const running = new RunningJobs();
  let stopListening: (() => Promise<void>) | undefined;
  let stopping: Promise<void> | undefined;

  const checkSchedule = (cron: string, timezone: string) => {
    if (cron.trim().split(/\s+/).length !== 5) {
      throw fieldError('cron', `"${cron}" must have five fields: minute hour day-of-month month day-of-week`);
    }
    attempt(
      () => boss.previewSchedule(cron, { tz: 'UTC', count: 1 }),
      (reason) => fieldError('cron', `"${cron}" is not a cron expression (${reason})`),
    );
    attempt(
      () => boss.previewSchedule(cron, { tz: timezone, count: 1 }),
      () => fieldError('timezone', `"${timezone}" is not a time zone: use a name such as "Europe/Zurich" or "UTC"`),
    );
  };

  return {
    start: async () => {
      await boss.start();
      await createQueues(boss, timing);
      if (database.kind === 'pglite') await releaseInterrupted(boss);
      stopListening = await database.listen(
        CANCEL_CHANNEL,
        (jobId) => running.abort(jobId, 'cancelled'),
        () => {
          cancelRequestedAmong(database.db, running.ids()).then((ids) => {
            for (const jobId of ids) running.abort(jobId, 'cancelled');
          }, onError);
        },
      );
    },

    enqueue: async (jobId, tx) => {
      await boss.send(JOBS, { jobId }, { id: queueId(jobId), ...(tx && { db: transactionDriver(tx) }) });
    },

    work: async (handler, { concurrency, onGivenUp }) => {
      await boss.work<{ jobId: string }>(
        JOBS,
        {
          localConcurrency: concurrency,
          pollingIntervalSeconds: timing.poll,
          notifyPollingIntervalSeconds: timing.poll,
          heartbeatRefreshSeconds: timing.heartbeatRefresh,
        },
        async ([job]) => {
          if (job) await running.run(job.data.jobId, job.signal, handler);
        },
      );
      if (!onGivenUp) return;
      await boss.work<{ jobId: string }>(GIVEN_UP, { pollingIntervalSeconds: timing.poll }, async ([job]) => {
        if (job) await onGivenUp(job.data.jobId);
      });
    },

    cancel: async (jobId) => {
      running.abort(jobId, 'cancelled');
      await boss.getDb().executeSql('select pg_notify($1, $2)', [CANCEL_CHANNEL, jobId]);
    },

    upsertSchedule: async (id, cron, timezone) => {
      checkSchedule(cron, timezone);
      await boss.schedule(SCHEDULES, cron, { scheduleId: id }, { key: id, tz: timezone });
    },
    removeSchedule: (id) => boss.unschedule(SCHEDULES, id),
    scheduleIds: async () => (await boss.getSchedules(SCHEDULES)).map((schedule) => schedule.key).sort(),
    nextRuns: (cron, timezone, from, count) => {
      checkSchedule(cron, timezone);
      return boss.previewSchedule(cron, { tz: timezone, from, count });
    },
    onSchedule: async (handler) => {
      await boss.work<{ scheduleId: string }>(
        SCHEDULES,
        { pollingIntervalSeconds: timing.poll, notifyPollingIntervalSeconds: timing.poll },
        async ([due]) => {
          if (due) await handler(due.data.scheduleId, due.id);
        },
      );
    },

    stop: ({ graceful = true, timeoutMs = 30_000 } = {}) => {
      stopping ??= (async () => {
        const idle = Promise.all([JOBS, GIVEN_UP, SCHEDULES].map((name) => boss.offWork(name, { wait: true })));
        if (graceful) await settledWithin(idle, timeoutMs);
        running.abortAll('shutdown');
        await settledWithin(idle, ABORT_GRACE_MS);
        await stopListening?.();
        await boss.stop({ graceful: false, close: true });
      })();
      return stopping;
    },
  };
}

/** pg-boss wants UUIDs. One made from the job's id lets a job be queued once, however often it is sent. */
function queueId(jobId: string): string {
  const hex = createHash('sha256').update(jobId).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function attempt(check: () => unknown, refusal: (reason: string) => ParetuneError): void {
  try {
    check();
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

/** Waits for a promise, but not longer than this. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.catch(() => {}), timeout]);
  clearTimeout(timer);
}
