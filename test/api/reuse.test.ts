import { and, eq, ne, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { type Client, createClient, type Job } from '../../src/client/index.ts';
import type { JobBody } from '../../src/client/resources/jobs.ts';
import { createApiKey } from '../../src/store/api-keys.ts';
import { DEFAULT_PROJECT, modelCalls, projects } from '../../src/store/schema.ts';
import { run } from '../cli/testing.ts';
import { bundledJob } from '../support/bundled-job.ts';
import { describePlaces, endOf, type OpenService, openService } from '../support/places.ts';
import { SIMULATED_PRICES } from '../support/run-job.ts';

describePlaces('answers of earlier jobs', (place) => {
  let model: SimulatedModel;
  let open: OpenService;
  let key: string;
  let client: Client;
  let first: Job;
  beforeAll(async () => {
    model = await startSimulatedModel();
    open = await openService(place, { prices: SIMULATED_PRICES });
    await open.service.database.db.insert(projects).values({ id: 'elsewhere', name: 'elsewhere' });
    key = await keyOf(DEFAULT_PROJECT);
    client = createClient({ url: open.service.url, apiKey: key });
    first = (await finished(graded())).job;
  }, 120_000);
  afterAll(async () => {
    await open.close();
    await model.close();
  });

  /** A job with a task and a judge model, that only rollouts limit. */
  const graded = (change: Partial<JobBody> = {}, options: { taskModel?: object; evaluator?: object } = {}) =>
    bundledJob(model.url, {
      ...(options.taskModel && { taskModel: options.taskModel }),
      change: {
        suite: {
          evaluators: [
            { id: 'queue', type: 'exact-match' },
            { id: 'kind', type: 'content-safety', ...options.evaluator },
          ],
        },
        budget: { rollouts: 120, confirmationRollouts: 60 },
        aaRun: false,
        ...change,
      },
    });
  const keyOf = async (projectId: string) =>
    (await createApiKey(open.service.database.db, { projectId, name: 'test', role: 'editor' }, new Date())).key;
  async function finished(body: JobBody, as = client) {
    model.reset();
    const { id } = await as.jobs.submit(body);
    const job = await endOf(as, id);
    expect(job).toMatchObject({ status: 'succeeded', error: null });
    const { byModel } = model.stats();
    const calls = (name: string) => byModel[name]?.answered ?? 0;
    return { job, task: calls('sim-task'), judge: calls('sim-judge'), reflection: calls('sim-reflect') };
  }

  it('are not paid again: same winner, same verdict, and the figures say what was saved', async () => {
    expect(first.spent.saved).toEqual({ calls: 0, tokens: 0, usd: 0 });
    const again = await finished(graded());
    expect(again).toMatchObject({ task: 0, judge: 0 });
    expect(again.reflection).toBeGreaterThan(0);
    expect(again.job.best).toEqual(first.best);
    expect(again.job.verdict).toEqual(first.verdict);
    expect(first.verdict).not.toBeNull();
    const { byRole } = first.spent;
    const sum = (of: (role: NonNullable<typeof byRole.task>) => number | null) =>
      (byRole.task ? (of(byRole.task) ?? 0) : 0) + (byRole.judge ? (of(byRole.judge) ?? 0) : 0);
    const { saved, ...spent } = again.job.spent;
    expect(saved).toMatchObject({
      calls: sum(({ calls }) => calls),
      tokens: sum(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    });
    expect(saved.usd).toBeCloseTo(
      sum(({ usd }) => usd),
      9,
    );
    expect(spent).toMatchObject({
      rollouts: first.spent.rollouts,
      confirmationRollouts: first.spent.confirmationRollouts,
      tokens: spent.reflectionTokens,
      byRole: { reflection: byRole.reflection },
    });
    expect(spent.byRole.task).toBeUndefined();

    const environment = { PARETUNE_URL: open.service.url, PARETUNE_API_KEY: key };
    for (const format of ['terminal', 'markdown', 'html']) {
      const { out } = await run(['report', again.job.id, '--format', format], '/', environment);
      expect(out, format).toMatch(/reused: [\d,]+ answers of earlier jobs; [\d,]+ tokens, \$[\d.]+ not\s+paid\s+again/);
      expect((await run(['report', first.id, '--format', format], '/', environment)).out).not.toMatch(/reused:/);
    }
  });

  it('leave metrics of cost and latency as they were measured, and count the read of the sealed split', async () => {
    const objectives: JobBody['objectives'] = [
      { metric: 'queue', goal: 'maximize', headline: true },
      { metric: 'costPerCall', goal: 'minimize' },
    ];
    const readsOf = async ({ id }: Job) =>
      z.object({ sealed: z.object({ reads: z.int() }) }).parse(await client.jobs.report(id)).sealed.reads;
    const measured = await finished(graded({ objectives, reuse: false }));
    expect(measured.task).toBeGreaterThan(100);
    const reads = await readsOf(measured.job);
    const reused = await finished(graded({ objectives }));
    expect(reused.task).toBe(0);
    expect(reused.job.baseline).toEqual(measured.job.baseline);
    expect(reused.job.baseline?.scores['costPerCall']).toBeGreaterThan(0);
    expect(await readsOf(reused.job)).toBe(reads + 1);
  });

  it('are not taken where a job measures its noise: both runs of the A/A run are of this moment', async () => {
    await finished(graded({ aaRun: true }));
    const ran = await finished(graded({ aaRun: true }));
    const { aaRows } = z.object({ aaRows: z.int() }).parse(ran.job.resolved);
    expect(aaRows).toBeGreaterThan(5);
    expect(ran).toMatchObject({ task: 2 * aaRows, judge: 2 * aaRows });
    expect(ran.job.noise).toMatchObject({ rows: aaRows });
    expect(ran.job.spent.saved.calls).toBeGreaterThan(100);
  });

  it.each([
    ['says reuse: false', () => graded({ reuse: false }), 'both'],
    ['has another model parameter', () => graded({}, { taskModel: { temperature: 0.2 } }), 'both'],
    ['asks another judge', () => graded({}, { evaluator: { judge: judgeModel() } }), 'judge'],
  ] as const)('are paid for again when the job %s', async (_what, body, what) => {
    const ran = await finished(body());
    expect(ran.judge).toBeGreaterThan(0);
    if (what === 'both') {
      expect(ran.task).toBeGreaterThan(100);
    } else expect(ran.task).toBe(0);
  });
  const judgeModel = () => ({
    provider: 'openai' as const,
    model: 'sim-judge',
    baseUrl: `${model.url}/v1`,
    temperature: 0,
    maxOutputTokens: 499,
  });

  it('stay inside their project', async () => {
    const others = createClient({ url: open.service.url, apiKey: await keyOf('elsewhere') });
    const ran = await finished(graded(), others);
    expect(ran.task).toBeGreaterThan(100);
    expect(ran.job.spent.saved.calls).toBe(0);
    expect(await finished(graded(), others)).toMatchObject({ task: 0, judge: 0 });
  });

  it('are taken only if they are recent, and the replay of a job needs nobody else', async () => {
    const { db } = open.service.database;
    const reusing = await finished(graded());
    const { id } = reusing.job;
    // The others become too old, then they are gone.
    const others = and(eq(modelCalls.projectId, DEFAULT_PROJECT), ne(modelCalls.jobId, id));
    await db
      .update(modelCalls)
      .set({ at: sql`${modelCalls.at} - interval '15 days'` })
      .where(others);
    const late = await finished(graded());
    expect(late.task).toBeGreaterThan(100);
    await db.delete(modelCalls).where(others);
    model.reset();
    expect(await client.jobs.replay(id)).toMatchObject({ identical: true });
    expect(model.stats().requests).toBe(0);
    // What was reused is no source itself.
    expect((await finished(graded())).task).toBeGreaterThan(100);
  });
});
