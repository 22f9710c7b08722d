import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { withHunks } from '../../src/search/hunks.ts';
import { run } from '../cli/testing.ts';
import { bundledJob } from '../support/bundled-job.ts';
import { describePlaces, endOf, type OpenService, openService } from '../support/places.ts';

const hunkSchema = z.object({
  component: z.string(),
  at: z.int(),
  removed: z.string(),
  added: z.string(),
  originId: z.string(),
  operator: z.string(),
  reason: z.string(),
  reflectedOn: z.array(z.string()),
  fate: z.string().nullable(),
});
const reportSchema = z.object({
  shownId: z.string(),
  winnerId: z.string(),
  why: z.array(z.object({ candidateId: z.string(), hunks: z.array(hunkSchema) })),
});

describePlaces('the report of a job that has ended', (place) => {
  let open: OpenService;
  let model: Awaited<ReturnType<typeof startSimulatedModel>>;
  let id = '';
  beforeAll(async () => {
    model = await startSimulatedModel();
    open = await openService(place);
    ({ id } = await open.client.jobs.submit(
      bundledJob(model.url, { change: { budget: { rollouts: 300, confirmationRollouts: 60 }, aaRun: true } }),
    ));
    expect(await endOf(open.client, id)).toMatchObject({ status: 'succeeded' });
  }, 120_000);
  afterAll(async () => {
    await open.close();
    await model.close();
  });
  const report = async () => reportSchema.parse(await open.client.jobs.report(id));

  it('leads every change of the finalists back to the candidate that introduced it', async () => {
    const { why, shownId } = await report();
    const candidates = new Map((await open.client.jobs.candidates(id)).map((each) => [each.id, each]));
    expect(why[0]?.candidateId).toBe(shownId);
    expect(why[0]?.hunks.length).toBeGreaterThan(0);
    for (const { candidateId, hunks } of why) {
      expect(withHunks(candidates.get('c0')?.components ?? {}, hunks)).toEqual(candidates.get(candidateId)?.components);
      for (const { originId, operator, reason, reflectedOn, fate } of hunks) {
        const origin = candidates.get(originId);
        expect({ operator, reason, reflectedOn, fate }).toEqual({
          operator: origin?.operator,
          reason: origin?.reason,
          reflectedOn: origin?.reflectedOn,
          fate: origin?.fate?.fate,
        });
        if (operator === 'reflect') expect(reflectedOn.length).toBeGreaterThan(0);
      }
    }
    const ran = await run(['report', id], '/', { PARETUNE_URL: open.service.url });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/why: .*\(c\d+, \w+/);
  });
});
