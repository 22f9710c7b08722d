import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../store/database.ts';
import { createTestDatabase, describeDatabases } from '../store/testing.ts';
import { createJobQueue, type JobQueue, type QueueOptions } from './queue.ts';

const FAST = { poll: 0.5, retryDelay: 0, heartbeatRefresh: 1, supervise: 1, cron: 1, cronPoll: 1 };

/** Hands values from handlers to the test, which waits for them instead of sleeping. */
function mailbox<T>() {
  const values: T[] = [];
  let wake: (() => void) | undefined;
  return {
    values,
    put: (value: T) => {
      values.push(value);
      wake?.();
    },
    count: async (n: number) => {
      while (values.length < n) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return values.slice(0, n);
    },
  };
}

const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(new Error(`stopped: ${String(signal.reason)}`));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });

describeDatabases('job queue', (open) => {
  let database: Database;
  const queues: JobQueue[] = [];
  const startQueue = async (options: QueueOptions = {}) => {
    const queue = createJobQueue(database, { timing: FAST, ...options });
    queues.push(queue);
    await queue.start();
    return queue;
  };

  beforeEach(async () => {
    database = await open();
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop({ graceful: false })));
    await database.close();
  });

  it('runs a job that a transaction queued once it commits, and never one that was rolled back', async () => {
    const queue = await startQueue();
    const ran = mailbox<string>();
    await queue.work(async (jobId) => ran.put(jobId), { concurrency: 2 });
    const rolledBack = database.transaction(async (tx) => {
      await queue.enqueue('job_rolled_back', tx);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await database.transaction((tx) => queue.enqueue('job_committed', tx));
    await queue.enqueue('job_alone');
    expect((await ran.count(2)).sort()).toEqual(['job_alone', 'job_committed']);
    await queue.stop();
    expect(ran.values).toHaveLength(2);
  });

  it('queues a job once, however often it is sent', async () => {
    const queue = await startQueue();
    const ran = mailbox<string>();
    for (const jobId of ['job_a', 'job_a', 'job_b']) await queue.enqueue(jobId);
    await queue.work(async (jobId) => ran.put(jobId), { concurrency: 1 });
    expect(await ran.count(2)).toEqual(['job_a', 'job_b']);
    await queue.stop();
    expect(ran.values).toHaveLength(2);
  });

  it('gives a job whose handler failed another attempt', async () => {
    const queue = await startQueue();
    const attempts = mailbox<string>();
    await queue.work(
      async (jobId) => {
        attempts.put(jobId);
        if (attempts.values.length < 3) throw new Error('the store went away');
      },
      { concurrency: 1 },
    );
    await queue.enqueue('job_flaky');
    expect(await attempts.count(3)).toEqual(['job_flaky', 'job_flaky', 'job_flaky']);
    await queue.stop();
    expect(attempts.values).toHaveLength(3);
  });

  it('aborts the running job that any process cancels, and no other', async () => {
    const elsewhere = await startQueue();
    const queue = await startQueue();
    const started = mailbox<string>();
    const stopped = mailbox<unknown>();
    await queue.work(
      async (jobId, signal) => {
        started.put(jobId);
        // A cancelled job is over: its handler resolves.
        await until(signal).catch(() => stopped.put([jobId, signal.reason]));
        if (signal.reason !== 'cancelled') throw new Error('again, please');
      },
      { concurrency: 2 },
    );
    await queue.enqueue('job_one');
    await queue.enqueue('job_two');
    await started.count(2);
    await elsewhere.cancel('job_two');
    expect(await stopped.count(1)).toEqual([['job_two', 'cancelled']]);
    await queue.stop({ graceful: false });
    expect(stopped.values).toEqual([
      ['job_two', 'cancelled'],
      ['job_one', 'shutdown'],
    ]);
  });

  it('drains: a graceful stop lets the running job end', async () => {
    const queue = await startQueue();
    const started = mailbox<() => void>();
    let over = false;
    await queue.work(
      async () => {
        await new Promise<void>((resolve) => started.put(resolve));
        over = true;
      },
      { concurrency: 1 },
    );
    await queue.enqueue('job_long');
    const [finish] = await started.count(1);
    const stopping = queue.stop({ graceful: true });
    finish?.();
    await stopping;
    expect(over).toBe(true);
  });

  it('hands a job that a shutdown interrupted to the next worker', async () => {
    const first = await startQueue();
    const started = mailbox<string>();
    await first.work(
      (jobId, signal) => {
        started.put(jobId);
        return until(signal);
      },
      { concurrency: 1 },
    );
    await first.enqueue('job_moved');
    await started.count(1);
    await first.stop({ graceful: false });
    const second = await startQueue();
    const taken = mailbox<string>();
    await second.work(async (jobId) => taken.put(jobId), { concurrency: 1 });
    expect(await taken.count(1)).toEqual(['job_moved']);
  });

  it('keeps one cron entry per schedule and sends what is due', async () => {
    const first = await startQueue();
    await first.upsertSchedule('schedule_nightly', '0 3 * * *', 'Europe/Zurich');
    await first.upsertSchedule('schedule_nightly', '* * * * *', 'UTC');
    await first.upsertSchedule('schedule_gone', '* * * * *', 'UTC');
    await first.removeSchedule('schedule_gone');
    expect(await first.scheduleIds()).toEqual(['schedule_nightly']);
    const due = mailbox<string>();
    await first.onSchedule(async (id) => due.put(id));
    expect(await due.count(1)).toEqual(['schedule_nightly']);
  });

  it('refuses a schedule that could never run, naming the field', async () => {
    const queue = await startQueue();
    const refusal = (cron: string, timezone: string) =>
      queue.upsertSchedule('schedule_x', cron, timezone).then(
        () => 'accepted',
        (error: { errors: { path: string }[] }) => error.errors[0]?.path,
      );
    expect(await refusal('every night', 'UTC')).toBe('cron');
    expect(await refusal('61 3 * * *', 'UTC')).toBe('cron');
    expect(await refusal('*/5 0 3 * * *', 'UTC')).toBe('cron');
    expect(await refusal('0 3 * * *', 'Mars/Olympus')).toBe('timezone');
    expect(await queue.scheduleIds()).toEqual([]);
  });

  it('knows the next runs in the time zone of the schedule, across a change of summer time', async () => {
    const queue = createJobQueue(database);
    const runs = queue.nextRuns('30 3 * * *', 'Europe/Zurich', new Date('2026-10-24T00:00:00Z'), 2);
    expect(runs.map((run) => run.toISOString())).toEqual(['2026-10-24T01:30:00.000Z', '2026-10-25T02:30:00.000Z']);
  });
});

describe('a worker that is killed', () => {
  const serverUrl = process.env['TEST_DATABASE_URL'];

  /** Starts a process that takes one job and never ends it; resolves once it has it. */
  async function workerProcess(where: string) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'testing/stuck-worker.ts'), where],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output.includes('taken')) break;
    }
    expect(output).toContain('taken job_stuck');
    return child;
  }

  async function takeOver(database: Database): Promise<{ jobId: string; seconds: number }> {
    const since = Date.now();
    const queue = createJobQueue(database);
    await queue.start();
    const taken = mailbox<string>();
    await queue.work(async (jobId) => taken.put(jobId), { concurrency: 1 });
    const [jobId = ''] = await taken.count(1);
    await queue.stop();
    return { jobId, seconds: (Date.now() - since) / 1000 };
  }

  it('leaves its job to the next start of the embedded service, at once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'paretune-queue-'));
    const child = await workerProcess(directory);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const database = await openDatabase({ dataDir: directory });
    const { jobId, seconds } = await takeOver(database);
    await database.close();
    rmSync(directory, { recursive: true });
    expect(jobId).toBe('job_stuck');
    // Long before its heartbeat is missed (60 s).
    expect(seconds).toBeLessThan(40);
  });

  it.skipIf(!serverUrl)('leaves its job to another worker soon (PostgreSQL: set TEST_DATABASE_URL)', async () => {
    const { url, drop } = await createTestDatabase(serverUrl ?? '');
    const child = await workerProcess(url);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const database = await openDatabase({ url });
    const { jobId, seconds } = await takeOver(database);
    await database.close();
    await drop();
    expect(jobId).toBe('job_stuck');
    expect(seconds).toBeLessThan(60);
  });
});
