import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  bestViewSchema,
  candidateDetailSchema,
  candidateViewSchema,
  curvePointViewSchema,
  dryRunViewSchema,
  jobViewSchema,
  rolloutViewSchema,
} from '../../src/domain/views/job-view.ts';
import { openJobRecord } from '../../src/store/job-record.ts';
import { saveJobState, startJob } from '../../src/store/jobs.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, rows, startTestService, type TestService } from './service.ts';

const projectId = DEFAULT_PROJECT;

describeDatabases('jobs over HTTP', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());
  const get = (url: string, headers: Record<string, string> = {}) => service.api.inject({ url, headers });
  const post = (url: string, payload?: object) =>
    service.api.inject({ method: 'POST', url, ...(payload && { payload }) });
  const submit = async (change: object = {}) => {
    const answer = await post('/v1/jobs', { ...jobBody, ...change });
    expect(answer.statusCode, answer.payload).toBe(202);
    return answer.json<{ id: string }>().id;
  };

  it('submits a job, and shows it as it stands', async () => {
    const answer = await post('/v1/jobs', jobBody);
    expect(answer.statusCode).toBe(202);
    const job = exactly(jobViewSchema, answer.json());
    expect(job).toMatchObject({ status: 'queued', name: 'triage', budget: { rollouts: 600 } });
    expect(answer.headers['location']).toBe(`/v1/jobs/${job.id}`);
    const shown = await get(`/v1/jobs/${job.id}`);
    expect(shown.headers['content-type']).toMatch(/^application\/json/);
    expect(exactly(jobViewSchema, shown.json())).toEqual(job);
    expect((await get('/v1/jobs/nobody')).statusCode).toBe(404);
  });

  it('answers a burst of polls alike, and never with what was before a change', async () => {
    const id = await submit();
    const polls = await Promise.all(Array.from({ length: 200 }, () => get(`/v1/jobs/${id}`)));
    expect(new Set(polls.map(({ payload }) => payload)).size).toBe(1);
    const race = Array.from({ length: 20 }, () => get(`/v1/jobs/${id}`));
    await post(`/v1/jobs/${id}/cancel`);
    expect((await get(`/v1/jobs/${id}`)).json()).toMatchObject({ status: 'cancelled' });
    await Promise.all(race);
  });

  it('estimates without running or storing anything', async () => {
    const before = (await get('/v1/jobs?limit=500')).payload;
    const dry = await post('/v1/jobs?dryRun=true', jobBody);
    expect(dry.statusCode).toBe(200);
    expect(exactly(dryRunViewSchema, dry.json())).toMatchObject({
      resolved: {
        dataset: { rows: { train: 10, validation: 10, test: 10 } },
        aaRows: 10,
        budget: { confirmationRollouts: 60 },
      },
      estimate: { rollouts: expect.any(Number), proposals: expect.any(Number) },
      advice: {
        proposals: expect.any(Number),
        testRows: 10,
        finalists: 3,
        repeats: 1,
        minimumDetectableEffect: expect.closeTo(0.868, 3),
      },
    });
    expect((await get('/v1/jobs?limit=500')).payload).toBe(before);
  });

  it('takes a job that cannot work when it is forced, and says what is wrong with it', async () => {
    const budget = { rollouts: 15, confirmationRollouts: 19 };
    expect((await post('/v1/jobs', { ...jobBody, budget })).statusCode).toBe(422);
    const forced = await post('/v1/jobs', { ...jobBody, budget, force: true });
    expect(forced.statusCode, forced.payload).toBe(202);
    const codes = forced.json<{ warnings: { code: string }[] }>().warnings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['few-proposals', 'short-confirmation']));
  });

  it('lists by status and prompt, newest first', async () => {
    await post('/v1/prompts/listed/versions', jobBody.prompt);
    const ids = [await submit({ prompt: 'listed@1' }), await submit({ prompt: 'listed@latest' })];
    await post(`/v1/jobs/${ids[0]}/cancel`);
    const list = async (query: string) =>
      (await get(`/v1/jobs?prompt=listed${query}`)).json<{
        items: { id: string; resolved: object }[];
        nextCursor: string | null;
      }>();
    expect((await list('')).items.map(({ id }) => id)).toEqual(ids.toReversed());
    // What tells jobs apart, and not the whole job.
    expect((await list('')).items[0]?.resolved).toEqual({
      promptRef: 'listed@1',
      optimizer: { type: 'gepa', options: { preset: 'racing' } },
    });
    expect((await list('&status=cancelled')).items.map(({ id }) => id)).toEqual([ids[0]]);
    const page = await list('&limit=1');
    expect((await list(`&limit=1&cursor=${page.nextCursor}`)).items.map(({ id }) => id)).toEqual([ids[0]]);
    expect((await get('/v1/jobs?status=done')).json()).toMatchObject({ errors: [{ path: 'status' }] });
  });

  it('cancels without a body, whatever the content type says', async () => {
    const id = await submit();
    const answer = await service.api.inject({
      method: 'POST',
      url: `/v1/jobs/${id}/cancel`,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { status: 'cancelled', stopReason: 'cancelled' }]);
  });

  describe('with facts in its record', () => {
    let id: string;
    beforeAll(async () => {
      id = await submit();
      await recordFacts(service, id);
    });

    it('shows curve, frontier, candidates and rollouts', async () => {
      const items = async <T extends z.ZodType>(path: string, schema: T) => {
        const { items, nextCursor } = (await get(`/v1/jobs/${id}/${path}`)).json<{
          items: unknown[];
          nextCursor: unknown;
        }>();
        expect(nextCursor).toBeNull();
        return items.map((item) => exactly(schema, item));
      };
      expect(await items('curve', curvePointViewSchema)).toMatchObject([{ candidateId: 'c0' }, { candidateId: 'c1' }]);
      expect(await items('frontier', curvePointViewSchema)).toMatchObject([{ candidateId: 'c1' }]);
      expect(await items('candidates', candidateViewSchema)).toMatchObject([
        { id: 'c0', parents: [] },
        {
          id: 'c1',
          parents: ['c0'],
          operator: 'reflect',
          scores: { right: 0.9 },
          components: { prompt: 'Better: {{input}}' },
        },
      ]);
      expect(await items('rollouts?candidate=c1', rolloutViewSchema)).toMatchObject([
        { candidateId: 'c1', rowId: 'r2', scores: { right: { value: 1, pass: true } } },
      ]);
      const detail = exactly(candidateDetailSchema, (await get(`/v1/jobs/${id}/candidates/c1`)).json());
      expect(detail).toMatchObject({ id: 'c1', evaluators: { right: { mean: 1, rows: 1 } } });
      expect((await get(`/v1/jobs/${id}/candidates/c9`)).statusCode).toBe(404);
    });

    it('answers with the best so far, and imports it as a draft that knows where it is from', async () => {
      expect(exactly(bestViewSchema, (await get(`/v1/jobs/${id}/best`)).json())).toMatchObject({
        candidateId: 'c1',
        isBaseline: false,
        prompt: { messages: [{ content: 'Better: {{input}}' }] },
      });
      expect((await post(`/v1/jobs/${id}/import`)).json()).toMatchObject({ status: 422, errors: [{ path: 'prompt' }] });
      const draft = await post(`/v1/jobs/${id}/import`, { prompt: 'winner', message: 'nightly' });
      expect(draft.statusCode).toBe(201);
      expect(draft.headers['location']).toBe('/v1/prompts/winner/versions/1');
      expect(draft.json()).toMatchObject({
        ref: 'winner@1',
        stage: 'draft',
        message: 'nightly',
        source: { jobId: id, candidateId: 'c1' },
      });
      expect((await post(`/v1/jobs/${id}/import`, { prompt: 'winner', candidate: 'best' })).statusCode).toBe(200);
      expect((await post(`/v1/jobs/${id}/import`, { prompt: 'winner', candidate: 'c9' })).statusCode).toBe(404);
    });

    it('reports as JSON, Markdown or HTML, as Accept wishes', async () => {
      const json = await get(`/v1/jobs/${id}/report`);
      expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(json.json()).toMatchObject({ winnerId: 'c1', nextSteps: expect.any(Array) });
      const markdown = await get(`/v1/jobs/${id}/report`, { accept: 'text/markdown' });
      expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
      expect(markdown.payload).toMatch(/^# /);
      const html = await get(`/v1/jobs/${id}/report`, { accept: 'text/html,*/*;q=0.8' });
      expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(html.headers['content-security-policy']).toMatch(/default-src 'none'/);
      expect(html.headers['vary']).toBe('accept');
      expect(html.payload).toMatch(/<svg/);
    });
  });

  it('says that nothing was measured yet', async () => {
    const id = await submit();
    expect((await get(`/v1/jobs/${id}/best`)).statusCode).toBe(409);
    expect((await get(`/v1/jobs/${id}/curve`)).json()).toEqual({ items: [], nextCursor: null });
  });

  describe('schedules', () => {
    const schedule = { name: 'nightly', cron: '0 3 * * *', timezone: 'Europe/Zurich', job: jobBody };

    it('creates, shows, changes, runs and removes them', async () => {
      const created = await post('/v1/schedules', schedule);
      expect(created.statusCode, created.payload).toBe(201);
      const { id } = created.json<{ id: string }>();
      expect(created.json()).toMatchObject({ name: 'nightly', when: 'always', import: false, enabled: true });
      const url = `/v1/schedules/${id}`;
      expect(created.headers['location']).toBe(url);
      const change = await service.api.inject({ method: 'PATCH', url, payload: { enabled: false, import: true } });
      expect(change.json()).toMatchObject({
        enabled: false,
        import: true,
        timezone: 'Europe/Zurich',
        cron: '0 3 * * *',
      });
      expect((await get(url)).json()).toEqual(change.json());
      const run = await post(`${url}/run`);
      expect(run.statusCode).toBe(202);
      expect((await get(url)).json()).toMatchObject({ lastJobId: run.json<{ id: string }>().id });
      await service.api.inject({ method: 'PATCH', url, payload: { when: 'changed' } });
      expect((await post(`${url}/run`)).statusCode).toBe(204);
      expect((await get('/v1/schedules')).json()).toMatchObject({ items: [{ id }], nextCursor: null });
      const removed = await service.api.inject({ method: 'DELETE', url });
      expect([removed.statusCode, removed.payload]).toEqual([204, '']);
      expect((await get(url)).statusCode).toBe(404);
    });

    it('refuses what would never run, naming the field', async () => {
      const paths = async (change: object) =>
        (await post('/v1/schedules', { ...schedule, ...change }))
          .json<{ errors: { path: string }[] }>()
          .errors.map(({ path }) => path);
      expect(await paths({ cron: 'daily' })).toEqual(['cron']);
      expect(await paths({ timezone: 'Mars/Olympus' })).toEqual(['timezone']);
      expect(await paths({ job: { ...jobBody, budget: { rolouts: 1 } } })).toEqual(['job.budget.rolouts']);
      await post('/v1/schedules', schedule);
      const twice = await post('/v1/schedules', schedule);
      expect([twice.statusCode, twice.json()]).toMatchObject([409, { errors: [{ path: 'name' }] }]);
    });
  });
});

/** The value as its documented schema reads it; nothing more may be in it. */
function exactly<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.parse(value);
  expect(value).toEqual(parsed);
  return parsed;
}

/** What a worker has written when a second candidate is better. */
async function recordFacts({ database, feed }: TestService, jobId: string): Promise<void> {
  await startJob(database.db, projectId, jobId, new Date());
  const record = await openJobRecord(database, { projectId, jobId, feed });
  const at = new Date();
  const candidate = { parents: [], operator: 'seed', reason: 'the baseline', promptTokens: 8, reflectedOn: [] };
  record.candidate({ ...candidate, id: 'c0', seq: 0, components: { prompt: 'Answer the question: {{input}}' } });
  record.candidate({
    ...candidate,
    id: 'c1',
    seq: 1,
    components: { prompt: 'Better: {{input}}' },
    parents: ['c0'],
    operator: 'reflect',
    reason: 'it was too long',
    reflectedOn: [rows[0]?.id ?? ''],
  });
  record.rollout(
    {
      candidateId: 'c1',
      rowId: rows[1]?.id ?? '',
      repeat: 0,
      output: 'answer 1',
      steps: [],
      scores: { right: { value: 1, pass: true, feedback: 'right', category: null } },
      values: { right: 1, promptTokens: 9 },
    },
    'search',
  );
  for (const [seq, candidateId, score] of [
    [0, 'c0', 0.5],
    [1, 'c1', 0.9],
  ] as const) {
    const objectives = { right: score };
    record.curvePoint({
      seq,
      at,
      rollouts: 10 * (seq + 1),
      tokens: 100,
      usd: 0.01,
      candidateId,
      best: candidateId,
      kind: 'validation',
      score,
      interval: null,
      rows: 10,
      objectives,
      intervals: {},
      hypervolume: null,
      front: [],
      violation: 0,
    });
  }
  await record.flush();
  await saveJobState(database.db, projectId, jobId, { best: { candidateId: 'c1', scores: { right: 0.9 } } });
}
