import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CandidateRecord, CurvePoint, JobRecord } from '../domain/record.ts';
import type { Database } from './database.ts';
import { eventsAfter } from './job-events.ts';
import { getCurve, listCandidates, listRollouts, spendOfCalls } from './job-facts.ts';
import { openJobFeed } from './job-feed.ts';
import { openJobRecord } from './job-record.ts';
import { getJob, insertJob, startJob } from './jobs.ts';
import { answerOf } from './journal.ts';
import { listRefusals } from './refusals.ts';
import { modelCalls } from './schema.ts';
import { journalEntry, rollout } from './testing/facts.ts';
import { newJob } from './testing/jobs.ts';
import { describeDatabases, newProject } from './testing.ts';

const at = new Date('2026-11-20T12:00:00.500Z');
const jobId = 'job_recorded';

const candidate = (n: number): CandidateRecord => ({
  id: `c${n}`,
  seq: n,
  components: { prompt: `Answer {{input}}, variant ${n}` },
  parents: n === 0 ? [] : ['c0'],
  operator: n === 0 ? 'baseline' : 'reflect',
  reason: 'because\u0000',
  reflectedOn: ['row-1'],
  promptTokens: 7,
});
const point = (seq: number): CurvePoint => ({
  seq,
  at,
  rollouts: 10 * seq,
  tokens: 3_000_000_000 + seq,
  usd: 0.001 * seq,
  candidateId: 'c1',
  best: 'c1',
  kind: 'screening',
  score: 0.5,
  interval: { low: 0.4, high: 0.6, level: 0.95 },
  rows: 30,
  objectives: { routing: 0.5, promptTokens: null },
  intervals: { routing: null },
  hypervolume: 0.25,
  front: ['c1', 'c0'],
  violation: 0,
});

describeDatabases('job record', (open) => {
  let database: Database;
  let projectId: string;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    projectId = await newProject(database);
  });

  const openRecord = (options: { attempt?: number; jobId?: string } = {}): Promise<JobRecord> =>
    openJobRecord(database, { projectId, jobId, now: () => at, ...options });

  const everything = async () => ({
    rollouts: await listRollouts(database.db, projectId, jobId),
    candidates: await listCandidates(database.db, projectId, jobId),
    refusals: await listRefusals(database.db, projectId, jobId),
    curve: await getCurve(database.db, projectId, jobId),
    events: await eventsAfter(database.db, projectId, jobId, 0),
    spend: await spendOfCalls(database.db, projectId, jobId),
  });

  const writeAll = async (record: JobRecord) => {
    await record.journal.put(journalEntry('call:0'));
    record.candidate(candidate(0));
    record.candidate(candidate(1));
    record.refusal({ seq: 0, operator: 'reflect', parents: ['c0'], refusal: 'duplicate', detail: 'same as c1' });
    record.rollout(rollout('c0', 'row-1'), 'search');
    record.rollout(rollout('c0', 'row-1', 1), 'search');
    record.rollout({ ...rollout('c1', 'row-9'), error: { category: 'timeout', message: 'late' } }, 'confirmation');
    record.fate('c1', 0, 'accepted', 'better on the minibatch');
    record.fate('c1', 1, 'pruned', 'dominated');
    record.curvePoint(point(0));
    record.curvePoint(point(1));
    record.event({ key: 'started', type: 'started', data: {} });
    record.event({ key: 'curve:1', type: 'curve', data: { score: 0.5 } });
    await record.flush();
  };

  it('reads back what was written, in order', async () => {
    await writeAll(await openRecord());
    const found = await everything();
    expect(found.candidates).toEqual([
      { ...candidate(0), reason: 'because\uFFFD', createdAt: at, fate: null },
      { ...candidate(1), reason: 'because\uFFFD', createdAt: at, fate: { fate: 'pruned', reason: 'dominated' } },
    ]);
    expect(found.curve).toEqual([point(0), point(1)]);
    expect(found.refusals).toHaveLength(1);
    expect(found.events.map(({ key, type, at: when }) => [key, type, when])).toEqual([
      ['started', 'started', at],
      ['curve:1', 'curve', at],
    ]);
    expect(found.rollouts.items.map((item) => [item.candidateId, item.rowId, item.repeat, item.purpose])).toEqual([
      ['c0', 'row-1', 0, 'search'],
      ['c0', 'row-1', 1, 'search'],
      ['c1', 'row-9', 0, 'confirmation'],
    ]);
    expect(found.rollouts.items[2]?.error).toEqual({ category: 'timeout', message: 'late' });
    expect(found.rollouts.items[0]?.scores).toEqual({
      routing: { value: 1, pass: true, feedback: 'right', category: null, details: null },
      tone: { value: null, pass: false, feedback: '', category: 'evaluator-error', details: { attempts: 2 } },
    });
    expect(found.spend).toEqual({
      byRole: { task: { calls: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, usd: 2e-6 } },
      saved: { calls: 0, tokens: 0, usd: 0 },
    });
  });

  it('is the same after a resumed job has written everything again', async () => {
    await writeAll(await openRecord());
    const once = await everything();
    await writeAll(await openRecord());
    expect(await everything()).toEqual(once);
  });

  it('gives the journal back to the next opening, as it was written', async () => {
    const entries = [
      journalEntry('call:0', 'NUL \u0000 and half a pair \ud800'),
      journalEntry('call:1', 'true'),
      {
        ...journalEntry('call:2'),
        outcome: { ok: false, failure: 'content-filter', message: 'refused', status: 400 },
      } as const,
    ];
    const record = await openRecord();
    expect(record.journal.get('call:0')).toBeUndefined();
    await Promise.all(entries.map((entry) => record.journal.put(entry)));
    const resumed = await openRecord();
    for (const entry of entries) expect(resumed.journal.get(entry.callId)).toEqual(answerOf(entry));
    expect(resumed.journal.get('call:3')).toBeUndefined();
    expect((await openRecord({ jobId: 'job_other' })).journal.get('call:0')).toBeUndefined();
  });

  it('preloads a journal of more than one page', async () => {
    const record = await openRecord();
    const ids = Array.from({ length: 1_203 }, (_, n) => `call:${n}`);
    await Promise.all(ids.map((id) => record.journal.put(journalEntry(id))));
    const resumed = await openRecord();
    expect(ids.filter((id) => resumed.journal.get(id) === undefined)).toEqual([]);
  });

  it('keeps the first answer of a call', async () => {
    const record = await openRecord();
    await record.journal.put(journalEntry('call:0', 'first'));
    await record.journal.put(journalEntry('call:0', 'second'));
    for (const journal of [record.journal, (await openRecord()).journal]) {
      expect(journal.get('call:0')).toEqual(answerOf(journalEntry('call:0', 'first')));
    }
  });

  it('holds exactly the distinct facts, whatever the order and the batches they were written in', async () => {
    const fact = fc.record({
      row: fc.integer({ min: 0, max: 5 }),
      repeat: fc.integer({ min: 0, max: 2 }),
      flush: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { maxLength: 40 }), async (facts) => {
        const id = `job_${crypto.randomUUID()}`;
        const record = await openRecord({ jobId: id });
        for (const { row, repeat, flush } of facts) {
          record.rollout(rollout('c0', `row-${row}`, repeat), 'search');
          record.event({ key: `${row}`, type: 'measured', data: { row } });
          if (flush) void record.flush();
        }
        await record.flush();
        const { items } = await listRollouts(database.db, projectId, id);
        expect(items.map((item) => `${item.rowId}/${item.repeat}`)).toEqual(
          [...new Set(facts.map(({ row, repeat }) => `row-${row}/${repeat}`))].sort(),
        );
        const events = await eventsAfter(database.db, projectId, id, 0);
        expect(events.map((event) => event.key)).toEqual([...new Set(facts.map(({ row }) => `${row}`))]);
      }),
      { numRuns: 15 },
    );
  });

  it('rejects for good once the store has refused something, without telling its values', async () => {
    const record = await openRecord();
    await record.journal.put(journalEntry('call:0'));
    record.candidate({ ...candidate(1), seq: 0.5, reason: 'a secret reason' });
    const failure = await record.flush().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).toContain('database refused');
    expect(`${failure?.message}${failure?.stack}${String(failure?.cause)}`).not.toContain('a secret reason');
    await expect(record.journal.put(journalEntry('call:1'))).rejects.toBe(failure);
    expect(record.journal.get('call:1')).toBeUndefined();
    await expect(record.flush()).rejects.toBe(failure);
    expect((await openRecord()).journal.get('call:0')).toBeDefined();
  });

  it('refuses a worker whose job another one has taken up', async () => {
    const id = `job_${projectId}`;
    await insertJob(database.db, newJob(projectId, id));
    const first = await startJob(database.db, projectId, id, at);
    const record = await openRecord({ jobId: id, attempt: first?.attempts ?? 0 });
    await record.journal.put(journalEntry('call:0'));
    await startJob(database.db, projectId, id, at);
    await expect(record.journal.put(journalEntry('call:1'))).rejects.toMatchObject({ code: 'conflict' });
    expect(await database.db.select().from(modelCalls).where(eq(modelCalls.jobId, id))).toHaveLength(1);
    expect((await getJob(database.db, projectId, id))?.attempts).toBe(2);
  });

  it('wakes the subscribers of the job after its events are durable, and those only', async () => {
    const feed = await openJobFeed(database);
    const record = await openJobRecord(database, { projectId, jobId, feed });
    let others = 0;
    const woken = new Promise<void>((resolve) => feed.subscribe(jobId, resolve));
    const unsubscribe = feed.subscribe(jobId, () => {
      others += 1;
    });
    feed.subscribe('job_other', () => {
      others += 1;
    });
    unsubscribe();
    record.event({ key: 'a', type: 'progress', data: {} });
    await woken;
    expect(await eventsAfter(database.db, projectId, jobId, 0)).toHaveLength(1);
    expect(others).toBe(0);
    await feed.close();
  });

  it('wakes subscribers in other processes too', async () => {
    // Two feeds on one database know each other through the database alone.
    const here = await openJobFeed(database);
    const there = await openJobFeed(database);
    const woken = new Promise<void>((resolve) => there.subscribe(jobId, resolve));
    const record = await openJobRecord(database, { projectId, jobId, feed: here });
    record.event({ key: 'a', type: 'progress', data: {} });
    await record.flush();
    await woken;
    await here.close();
    await there.close();
  });
});
