import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { appendEvents, eventsAfter } from './job-events.ts';
import { countSealedReads, listRollouts, noteSealedRead } from './job-facts.ts';
import { openJobRecord } from './job-record.ts';
import {
  cancelRequestedAmong,
  countUnfinished,
  endJob,
  getJob,
  getJobSummary,
  insertJob,
  isCancelRequested,
  listJobs,
  projectOfJob,
  requestCancel,
  saveJobState,
  startJob,
} from './jobs.ts';
import { rollout } from './testing/facts.ts';
import { newJob } from './testing/jobs.ts';
import { describeDatabases, newProject } from './testing.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 12, 0, second, 7));

describeDatabases('jobs', (open) => {
  let database: Database;
  let projectId: string;
  let other: string;
  const insert = async (id: string, second = 0, overrides = {}) => {
    const job = newJob(projectId, `${projectId}_${id}`, { createdAt: at(second), ...overrides });
    await insertJob(database.db, job);
    return job.id;
  };

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    projectId = await newProject(database);
    other = await newProject(database);
  });

  it('is queued, runs, and ends once', async () => {
    const id = await insert('a');
    expect(await getJob(database.db, projectId, id)).toMatchObject({
      status: 'queued',
      attempts: 0,
      seed: 4_294_967_295,
    });
    expect(await projectOfJob(database.db, id)).toBe(projectId);
    expect(await startJob(database.db, projectId, id, at(1))).toMatchObject({
      status: 'running',
      attempts: 1,
      startedAt: at(1),
    });
    const end = { status: 'succeeded', stopReason: 'budget', endedAt: at(9) } as const;
    expect(await endJob(database.db, projectId, id, end)).toBe(true);
    expect(await endJob(database.db, projectId, id, { ...end, status: 'failed' })).toBe(false);
    expect(await startJob(database.db, projectId, id, at(10))).toBeUndefined();
    expect(await getJob(database.db, projectId, id)).toMatchObject({ status: 'succeeded', endedAt: at(9) });
  });

  it('is taken up again with the next attempt, and the earlier attempt has no say any more', async () => {
    const id = await insert('a');
    await startJob(database.db, projectId, id, at(1));
    expect(await startJob(database.db, projectId, id, at(5))).toMatchObject({ attempts: 2, startedAt: at(1) });
    const progress = { fraction: 0.5, rollouts: 5, proposals: 2, accepted: 1, refused: 0 };
    expect(await saveJobState(database.db, projectId, id, { progress }, 1)).toBe(false);
    expect(await endJob(database.db, projectId, id, { status: 'failed', stopReason: 'error', endedAt: at(6) }, 1)).toBe(
      false,
    );
    expect(await saveJobState(database.db, projectId, id, { progress }, 2)).toBe(true);
    expect(await getJobSummary(database.db, projectId, id)).toMatchObject({ status: 'running', progress });
  });

  it('is not taken up any more once its end was asked for, and the worker that has it is told', async () => {
    const [queued, running, ended] = [await insert('q'), await insert('r'), await insert('e')];
    await startJob(database.db, projectId, running, at(1));
    const end = { status: 'failed', stopReason: 'error', endedAt: at(2) } as const;
    await endJob(database.db, projectId, ended, end);
    expect(await requestCancel(database.db, projectId, queued)).toMatchObject({ status: 'queued', endedAt: null });
    expect(await requestCancel(database.db, projectId, running)).toMatchObject({
      status: 'running',
      stopReason: null,
      endedAt: null,
      cancelRequested: true,
    });
    expect(await isCancelRequested(database.db, projectId, running)).toBe(true);
    expect(await cancelRequestedAmong(database.db, [running, 'job_none'])).toEqual([running]);
    expect(await startJob(database.db, projectId, running, at(3))).toBeUndefined();
    expect(await startJob(database.db, projectId, queued, at(3))).toBeUndefined();
    expect(await requestCancel(database.db, projectId, ended)).toMatchObject({ ...end, cancelRequested: false });
    expect(await requestCancel(database.db, projectId, 'job_none')).toBeUndefined();
  });

  it('is seen and changed by its own project only', async () => {
    const id = await insert('a');
    expect(await getJob(database.db, other, id)).toBeUndefined();
    expect(await startJob(database.db, other, id, at(1))).toBeUndefined();
    expect(await requestCancel(database.db, other, id)).toBeUndefined();
    expect(await endJob(database.db, other, id, { status: 'failed', stopReason: 'error', endedAt: at(1) })).toBe(false);
    expect((await listJobs(database.db, other)).items).toEqual([]);
    expect(await getJob(database.db, projectId, id)).toMatchObject({ status: 'queued', cancelRequested: false });
  });

  it('is listed newest first, page by page without gaps, also within one millisecond', async () => {
    const before = await countUnfinished(database.db);
    const ids: string[] = [];
    for (const n of [0, 1, 2, 3, 4]) ids.unshift(await insert(`j${n}`, Math.floor(n / 3), { promptName: `p${n % 2}` }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listJobs(database.db, projectId, { limit: 2, cursor });
      seen.push(...page.items.map((job) => job.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
    await startJob(database.db, projectId, ids[0] ?? '', at(9));
    const idsOf = async (filter: Parameters<typeof listJobs>[2]) =>
      (await listJobs(database.db, projectId, filter)).items.map((job) => job.id);
    expect(await idsOf({ status: 'running' })).toEqual([ids[0]]);
    expect(await idsOf({ prompt: 'p1' })).toEqual([ids[1], ids[3]]);
    expect(await countUnfinished(database.db)).toEqual({ queued: before.queued + 4, running: before.running + 1 });
    await expect(listJobs(database.db, projectId, { cursor: 'bogus' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'cursor' }],
    });
  });

  it('tells its events after any id, each key once', async () => {
    const job = { projectId, jobId: 'job_events' };
    const event = (key: string) => ({ key, type: 'progress', data: { key } });
    await database.transaction((tx) => appendEvents(tx, job, [event('a'), event('b')], at(0)));
    await database.transaction((tx) => appendEvents(tx, job, [event('b'), event('c')], at(1)));
    await database.transaction((tx) => appendEvents(tx, { ...job, projectId: other }, [event('x')], at(1)));
    const all = await eventsAfter(database.db, projectId, job.jobId, 0);
    expect(all.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    const rest = await eventsAfter(database.db, projectId, job.jobId, all[0]?.id ?? 0, 1);
    expect(rest.map(({ key }) => key)).toEqual(['b']);
  });

  it('shows events in an order that a reader can follow, with two writers at once', async () => {
    const job = { projectId, jobId: `job_${projectId}` };
    const write = async (writer: string) => {
      for (let n = 0; n < 40; n++) {
        const event = { key: `${writer}-${n}`, type: 'progress', data: {} };
        await database.transaction((tx) => appendEvents(tx, job, [event], at(0)));
      }
    };
    let writing = true;
    const seen: string[] = [];
    let last = 0;
    const read = async () => {
      const events = await eventsAfter(database.db, projectId, job.jobId, last);
      seen.push(...events.map(({ key }) => key));
      last = events.at(-1)?.id ?? last;
    };
    const reader = (async () => {
      while (writing) await read();
    })();
    await Promise.all([write('worker'), write('api')]);
    writing = false;
    await reader;
    await read();
    expect(seen).toHaveLength(80);
  });

  it('pages through rollouts and filters them', async () => {
    const record = await openJobRecord(database, { projectId, jobId: 'job_r' });
    for (const row of ['row-2', 'row-10', 'row-1']) {
      for (const candidate of ['c0', 'c1'])
        record.rollout(rollout(candidate, row), row === 'row-1' ? 'confirmation' : 'search');
    }
    await record.flush();
    const keys = async (filter: Parameters<typeof listRollouts>[3]) => {
      const page = await listRollouts(database.db, projectId, 'job_r', filter);
      return { keys: page.items.map((item) => `${item.candidateId} ${item.rowId}`), next: page.nextCursor };
    };
    const first = await keys({ limit: 4 });
    const second = await keys({ limit: 4, cursor: first.next ?? '' });
    expect([...first.keys, ...second.keys]).toEqual([
      'c0 row-1',
      'c0 row-10',
      'c0 row-2',
      'c1 row-1',
      'c1 row-10',
      'c1 row-2',
    ]);
    expect(second.next).toBeNull();
    expect((await keys({ candidate: 'c1', row: 'row-2' })).keys).toEqual(['c1 row-2']);
    expect((await keys({ purpose: 'confirmation' })).keys).toEqual(['c0 row-1', 'c1 row-1']);
    expect((await listRollouts(database.db, other, 'job_r')).items).toEqual([]);
  });

  it('counts reads of a sealed split over jobs, a resumed one once', async () => {
    const read = { projectId, sha256: 'abc', dataset: 'd@1', candidates: 3, at: at(0) };
    await noteSealedRead(database.db, { ...read, jobId: 'job_1' });
    await noteSealedRead(database.db, { ...read, jobId: 'job_1' });
    await noteSealedRead(database.db, { ...read, jobId: 'job_2' });
    expect(await countSealedReads(database.db, projectId, 'abc')).toEqual({ jobs: 2, candidates: 6 });
    expect(await countSealedReads(database.db, projectId, 'abc', 'job_2')).toEqual({ jobs: 1, candidates: 3 });
    expect(await countSealedReads(database.db, other, 'abc')).toEqual({ jobs: 0, candidates: 0 });
  });
});
