import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Database } from '../store/database.ts';
import { embeddedDriver } from './queue-driver.ts';

export const JOBS = 'paretune-jobs';
export const GIVEN_UP = 'paretune-jobs-given-up';
export const SCHEDULES = 'paretune-schedules';

/** Seconds. A worker that died is noticed after `heartbeat` and at most one `supervise`; the retry starts after `retryDelay` and one `poll`. */
export interface QueueTiming {
  readonly heartbeat: number;
  readonly heartbeatRefresh: number;
  readonly supervise: number;
  readonly retryDelay: number;
  readonly poll: number;
  readonly cron: number;
  readonly cronPoll: number;
}

export const POSTGRES_TIMING: QueueTiming = {
  heartbeat: 12,
  heartbeatRefresh: 3,
  supervise: 4,
  retryDelay: 2,
  poll: 2,
  cron: 30,
  cronPoll: 5,
};
/** A single process that dies takes its queue along, and `start` releases its jobs: a short heartbeat could only cut down a busy one. */
export const EMBEDDED_TIMING: QueueTiming = { ...POSTGRES_TIMING, heartbeat: 60, supervise: 10 };

/** Far more than a job meets, so that a cluster that restarts its workers all day does not lose one; a job that kills each worker ends. */
const RETRY_LIMIT = 100;
const DAY_SECONDS = 86_400;

/** pg-boss on an open database. On PostgreSQL it has connections of its own, so that a busy service does not stop its heartbeat. */
export function createBoss(database: Database, timing: QueueTiming): PgBoss {
  const common = {
    useListenNotify: true,
    superviseIntervalSeconds: timing.supervise,
    monitorIntervalSeconds: timing.supervise,
    cronMonitorIntervalSeconds: timing.cron,
    cronWorkerIntervalSeconds: timing.cronPoll,
  };
  return database.driver.kind === 'pglite'
    ? new PgBoss({ ...common, backend: 'pglite', db: embeddedDriver(database.driver.lite) })
    : new PgBoss({ ...common, connectionString: database.driver.url, max: 3, application_name: 'paretune-queue' });
}

/** Creates the queues, or brings those of an earlier version up to date. */
export async function createQueues(boss: PgBoss, timing: QueueTiming): Promise<void> {
  const retry = { retryLimit: RETRY_LIMIT, retryDelay: timing.retryDelay, deleteAfterSeconds: DAY_SECONDS };
  const queues = [
    { name: GIVEN_UP, notify: true, ...retry },
    {
      name: JOBS,
      notify: true,
      ...retry,
      expireInSeconds: DAY_SECONDS,
      heartbeatSeconds: timing.heartbeat,
      deadLetter: GIVEN_UP,
    },
    { name: SCHEDULES, notify: true, ...retry, retryLimit: 5 },
  ];
  for (const { name, ...settings } of queues) {
    await boss.createQueue(name, settings);
    // The settings of a queue that an earlier version created.
    await boss.updateQueue(name, settings);
    // Any call warms pg-boss' cache of the queue. With a cold one, `enqueue` in a transaction would ask the outer handle, which on the
    // embedded database waits for that transaction.
    await boss.findJobs(name, { id: randomUUID() });
  }
}

/** Takes back what a killed process was running. Only for the embedded database, where no other process can be running anything. */
export async function releaseInterrupted(boss: PgBoss): Promise<void> {
  await boss.getDb().executeSql(
    `update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null
     where name = any($1::text[]) and state = 'active' and retry_count < retry_limit`,
    [[JOBS, SCHEDULES, GIVEN_UP]],
  );
}
