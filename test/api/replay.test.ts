import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import type { JobBody } from '../../src/client/resources/jobs.ts';
import { modelCalls } from '../../src/store/schema.ts';
import { run } from '../cli/testing.ts';
import { bundledJob } from '../support/bundled-job.ts';
import { startWorker, workerProgram } from '../support/killed-worker.ts';
import { describePlaces, endOf, type OpenService, openService, type Place } from '../support/places.ts';

/** Runs jobs to their ends against a model server that is gone afterwards. */
async function finished(place: Place, jobs: (url: string) => readonly JobBody[], latencyMs = 0): Promise<string[]> {
  const model = await startSimulatedModel({ latencyMs });
  const { client, close } = await openService(place);
  try {
    const ids: string[] = [];
    for (const body of jobs(model.url)) {
      const { id } = await client.jobs.submit(body);
      expect(await endOf(client, id)).toMatchObject({ status: 'succeeded', error: null });
      ids.push(id);
    }
    return ids;
  } finally {
    await close();
    await model.close();
  }
}

describePlaces('a replay from the journal', (place) => {
  let open: OpenService;
  let whole = '';
  let graded = '';
  let timed = '';
  beforeAll(async () => {
    [whole = '', graded = '', timed = ''] = await finished(
      place,
      (url) => [
        bundledJob(url, { change: { budget: { rollouts: 200, confirmationRollouts: 60 }, aaRun: true } }),
        bundledJob(url, {
          task: 'support-chain',
          change: {
            optimizer: { type: 'protegi' },
            suite: {
              evaluators: [
                { id: 'right', type: 'exact-match' },
                { id: 'kind', type: 'content-safety' },
              ],
            },
          },
        }),
        bundledJob(url, {
          change: {
            // The reference preset, because it finds work as long as there is time; racing can run out of failures.
            optimizer: { type: 'gepa', options: { preset: 'reference' } },
            budget: { rollouts: 100_000, confirmationRollouts: 40, seconds: 2 },
            concurrency: 2,
          },
        }),
      ],
      25,
    );
    open = await openService(place, { worker: false, keys: { ANOTHER_KEY: 'x' } });
  }, 240_000);
  afterAll(() => open.close());

  const replay = (id: string, query = '') =>
    fetch(`${open.service.url}/v1/jobs/${id}/replay${query}`, { method: 'POST' });
  const everything = async (id: string) => {
    const { client, service } = open;
    const calls = await service.database.db.select().from(modelCalls).where(eq(modelCalls.jobId, id));
    const events = await service.jobs.eventsAfter({ projectId: 'default' }, id, 0, 10_000);
    return { job: await client.jobs.get(id), curve: await client.jobs.curve(id), calls, events };
  };

  it('finds the same with the model server gone and no key, and leaves the record as it is', async () => {
    const before = await everything(whole);
    const answer = await replay(whole, '?mode=journal');
    expect(answer.status).toBe(200);
    const found = await open.client.jobs.replay(whole);
    expect(found).toMatchObject({ jobId: whole, mode: 'journal', identical: true, differences: [] });
    expect(found.curve).toEqual(before.curve.map(({ at: _at, ...point }) => point));
    expect(found.curve.length).toBeGreaterThan(2);
    expect(found.best).toEqual(before.job.best);
    expect(found.verdict).toEqual(before.job.verdict);
    expect(found.verdict).not.toBeNull();
    expect(found.noise).toEqual(before.job.noise);
    expect(found.noise).not.toBeNull();
    expect(found.calls).toEqual({ journaled: before.calls.length, replayed: before.calls.length });
    expect(await everything(whole)).toEqual(before);
  });

  it('replays a chain with a judge, and several replays at once', async () => {
    const [one, two] = await Promise.all([open.client.jobs.replay(graded), open.client.jobs.replay(graded)]);
    expect(one).toMatchObject({ identical: true });
    expect({ ...two, seconds: 0 }).toEqual({ ...one, seconds: 0 });
  });

  it('replays a job that its time ended', async () => {
    expect(await open.client.jobs.get(timed)).toMatchObject({ stopReason: 'budget' });
    expect((await open.client.jobs.curve(timed)).length).toBeGreaterThan(0);
    expect(await open.client.jobs.replay(timed)).toMatchObject({ identical: true, stopReason: 'budget' });
  });

  it('says so on the command line', async () => {
    const environment = { PARETUNE_URL: open.service.url };
    const ran = await run(['replay', whole], '/', environment);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^identical: \d+ points of the curve, best c\d+, verdict \w+; from \d+ of \d+ journaled/);
    expect(JSON.parse((await run(['replay', whole, '--json'], '/', environment)).out)).toMatchObject({
      identical: true,
    });
  });

  it('shows where it parts from the job when the journal was changed', async () => {
    const { db } = open.service.database;
    const [call] = await db
      .select()
      .from(modelCalls)
      .where(and(eq(modelCalls.jobId, whole), eq(modelCalls.role, 'task')));
    if (!call?.outcome.ok) throw new Error('no answer');
    const where = and(eq(modelCalls.jobId, whole), eq(modelCalls.callId, call.callId));
    const usage = { ...call.outcome.completion.usage, inputTokens: 1 };
    await db
      .update(modelCalls)
      .set({ outcome: { ok: true, completion: { ...call.outcome.completion, usage } } })
      .where(where);
    const found = await open.client.jobs.replay(whole);
    expect(found.identical).toBe(false);
    expect(found.differences).toMatchObject([
      { what: 'spent', seq: null },
      { what: 'curve', seq: expect.any(Number) },
    ]);
    const ran = await run(['replay', whole], '/', { PARETUNE_URL: open.service.url });
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(ran.out).toMatch(/^DIFFERENT; .*\n {2}spent\n {4}recorded: \{.*\n {4}replayed: \{/);
    await db.update(modelCalls).set({ outcome: call.outcome }).where(where);
    expect(await open.client.jobs.replay(whole)).toMatchObject({ identical: true });
  });

  it.each([
    ['task', () => whole],
    ['reflection', () => whole],
    ['judge', () => graded],
  ] as const)('fails loudly on a %s call that the journal does not have', async (role, jobOf) => {
    const { db } = open.service.database;
    const id = jobOf();
    // Any of them: the last by name is in the middle of the search as likely as not.
    const calls = await db
      .select()
      .from(modelCalls)
      .where(and(eq(modelCalls.jobId, id), eq(modelCalls.role, role)));
    const call = calls.at(-1);
    if (!call) throw new Error('no such call');
    const where = and(eq(modelCalls.jobId, id), eq(modelCalls.callId, call.callId));
    await db.delete(modelCalls).where(where);
    const answer = await replay(id);
    const text = await answer.text();
    expect(answer.status, text).toBe(409);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text)).toEqual({
      type: 'urn:paretune:error:journal_miss',
      title: expect.any(String),
      status: 409,
      detail: expect.stringContaining(call.callId),
      miss: { role, purpose: expect.stringMatching(/^(search|confirmation)$/), callId: call.callId },
    });
    const ran = await run(['replay', id], '/', { PARETUNE_URL: open.service.url });
    expect(ran).toMatchObject({ code: 1, out: '' });
    await db.insert(modelCalls).values(call);
  });

  it('fails loudly in a job that its time ended, too', async () => {
    const { db } = open.service.database;
    const calls = await db.select().from(modelCalls).where(eq(modelCalls.jobId, timed));
    for (const call of [calls.at(0), calls.at(-1)]) {
      if (!call) throw new Error('no call');
      await db.delete(modelCalls).where(and(eq(modelCalls.jobId, timed), eq(modelCalls.callId, call.callId)));
      const answer = await replay(timed);
      expect(await answer.json()).toMatchObject({ status: 409, type: 'urn:paretune:error:journal_miss' });
      await db.insert(modelCalls).values(call);
    }
    expect(await open.client.jobs.replay(timed)).toMatchObject({ identical: true });
  });

  it('refuses what has not succeeded, another mode, and jobs of others', async () => {
    const { models, ...body } = bundledJob('http://127.0.0.1:9');
    const task = { ...models.task, apiKeyRef: 'env:ANOTHER_KEY' };
    const { id } = await open.client.jobs.submit({ ...body, models: { task } });
    const refusal = async (job: string, query = '') => {
      const answer = await replay(job, query);
      const { detail } = (await answer.json()) as { detail: string };
      return [answer.status, detail];
    };
    expect(await refusal(id)).toEqual([409, expect.stringContaining('is queued')]);
    await open.client.jobs.cancel(id);
    expect(await refusal(id)).toEqual([409, expect.stringContaining('was cancelled')]);
    expect(await refusal(whole, '?mode=provider')).toEqual([400, expect.stringContaining('mode')]);
    expect(await refusal('job_nobody')).toEqual([404, expect.any(String)]);
  });
});

describePlaces('a replay of a job whose worker was killed', (place) => {
  it('finds the same', async () => {
    const program = await workerProgram();
    let arrived = () => {};
    const model = await startSimulatedModel({ latencyMs: 5, log: () => arrived() });
    const submitted = await openService(place, { worker: false });
    const { id } = await submitted.client.jobs.submit(bundledJob(model.url));
    await submitted.close();
    for (const requests of [40, 30]) {
      const life = startWorker(program, id, { ...place.environment, OPENAI_API_KEY: 'test-key' });
      life.begin();
      let left = requests;
      arrived = () => {
        left -= 1;
        if (left === 0) life.kill();
      };
      expect(await life.end).toBe('killed');
      await place.release();
    }
    arrived = () => {};
    const resumed = await openService(place);
    expect(await endOf(resumed.client, id)).toMatchObject({ status: 'succeeded' });
    await resumed.close();
    await model.close();

    const { client, service, close } = await openService(place, { worker: false, keys: {} });
    try {
      const events = await service.jobs.eventsAfter({ projectId: 'default' }, id, 0, 10_000);
      expect(events.filter(({ type }) => type === 'resumed').length).toBeGreaterThan(0);
      expect(await client.jobs.replay(id)).toMatchObject({ identical: true, differences: [] });
    } finally {
      await close();
    }
  }, 240_000);
});
