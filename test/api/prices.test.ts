import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { bundledJob } from '../support/bundled-job.ts';
import { describePlaces, endOf, openService } from '../support/places.ts';

const list = (task: number, reflection: number) => ({
  models: [
    { provider: 'openai', model: 'sim-task', input: task, output: 2, date: '2026-11-20' },
    { provider: 'openai', model: 'sim-reflect', input: reflection, output: 10 },
    { provider: 'openai', model: 'sim-judge', input: 0.5, output: 4 },
  ],
});

describePlaces('the prices of a job', (place) => {
  let model: Awaited<ReturnType<typeof startSimulatedModel>>;
  beforeAll(async () => {
    model = await startSimulatedModel();
  });
  afterAll(() => model.close());

  it('are those of its submit: nothing that it says changes with the list', async () => {
    const submitted = await openService(place, { worker: false, prices: list(0.25, 1.25) });
    const { id } = await submitted.client.jobs.submit(
      bundledJob(model.url, { change: { budget: { rollouts: 200, confirmationRollouts: 40, usd: 0.5 } } }),
    );
    await submitted.close();

    // Ten times as dear: by these prices the job would end early.
    const run = await openService(place, { prices: list(2.5, 125) });
    const job = await endOf(run.client, id);
    expect(job.status).toBe('succeeded');
    expect(job.prices).toEqual([
      { provider: 'openai', model: 'sim-task', input: 0.25, output: 2, date: '2026-11-20' },
      { provider: 'openai', model: 'sim-reflect', input: 1.25, output: 10 },
      { provider: 'openai', model: 'sim-judge', input: 0.5, output: 4 },
    ]);
    const { task, reflection } = job.spent.byRole;
    expect(task?.usd).toBeCloseTo(((task?.inputTokens ?? 0) * 0.25 + (task?.outputTokens ?? 0) * 2) / 1e6, 9);
    expect(reflection?.usd).toBeCloseTo(
      ((reflection?.inputTokens ?? 0) * 1.25 + (reflection?.outputTokens ?? 0) * 10) / 1e6,
      9,
    );
    const report = await run.client.jobs.report(id);
    expect(await run.client.jobs.reportAs(id, 'markdown')).toMatch(
      /price of sim-task \| \$0\.25 input, \$2 output per million tokens \(2026-11-20\)/,
    );
    await run.close();

    const later = await openService(place, { worker: false });
    try {
      expect(await later.client.jobs.report(id)).toEqual(report);
      expect(await later.client.jobs.replay(id)).toMatchObject({ identical: true, differences: [] });
      const money = z.object({
        returns: z.object({
          levels: z.array(z.object({ usd: z.number(), score: z.number() })).min(2),
          further: z.object({ perUsd: z.number().nullable(), per100Rollouts: z.number().nullable() }),
        }),
        job: z.object({ spent: z.object({ byRole: z.object({ task: z.object({ usd: z.number() }) }) }) }),
      });
      const { returns } = money.parse(report);
      expect(returns.further.perUsd === null).toBe(returns.further.per100Rollouts === null);
    } finally {
      await later.close();
    }
  }, 120_000);
});
