import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { withHunks } from '../../src/search/hunks.ts';
import { curvePoints } from '../../src/store/schema.ts';
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
  need: z.object({ rows: z.int(), needing: z.array(z.string()), betterWithout: z.array(z.string()) }).nullable(),
});
const reportSchema = z.object({
  shownId: z.string(),
  winnerId: z.string(),
  diagnosis: z.object({
    rows: z.int(),
    failures: z.int(),
    failing: z.array(z.object({ rowId: z.string(), cause: z.string(), why: z.string() })),
    fixable: z.object({ low: z.number(), high: z.number() }).nullable(),
    sealed: z.object({ rows: z.int(), failures: z.int() }).nullable(),
    sentence: z.string(),
  }),
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
      bundledJob(model.url, {
        // Ends with its ideas, so that rollouts are left.
        change: {
          optimizer: { type: 'gepa', options: { stop: { maxProposals: 12 } } },
          budget: { rollouts: 600, confirmationRollouts: 160 },
          aaRun: true,
        },
        rows: { train: 24, validation: 16, test: 30 },
      }),
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

  it('says which changes of the winner some open row needs, as it was measured', async () => {
    const { why, winnerId } = await report();
    const hunks = why.find(({ candidateId }) => candidateId === winnerId)?.hunks ?? [];
    expect(hunks.some(({ need }) => (need?.needing.length ?? 0) > 0)).toBe(true);
    const { items } = await open.client.jobs.rollouts(id, { limit: 500, purpose: 'ablation' });
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(60);
    const sealed = await open.client.jobs.rollouts(id, { limit: 500, purpose: 'confirmation' });
    const rowIds = new Set(sealed.items.map(({ rowId }) => rowId));
    expect(items.filter(({ rowId }) => rowIds.has(rowId))).toEqual([]);
    expect(await open.client.jobs.reportAs(id, 'markdown')).toMatch(/\d+ rows? of \d+ needs? it: /);
  });

  it('sorts the failures that are left on open rows, and counts those on sealed ones', async () => {
    const { diagnosis } = await report();
    const rollouts = await open.client.jobs.rollouts(id, { limit: 500, purpose: 'confirmation' });
    const sealed = new Set(rollouts.items.map(({ rowId }) => rowId));
    expect(diagnosis.rows).toBeGreaterThan(16);
    expect(diagnosis.failing).toHaveLength(diagnosis.failures);
    for (const { rowId, cause, why } of diagnosis.failing) {
      expect(sealed.has(rowId)).toBe(false);
      const measured = (await open.client.jobs.rollouts(id, { row: rowId, limit: 500 })).items;
      const rightOnes = measured.filter(({ scores, repeat, candidateId }) => {
        const known = /^c\d+$/.test(candidateId);
        return repeat === 0 && known && Object.values(scores)[0]?.pass;
      });
      if (cause === 'prompt') expect(why).toContain(rightOnes[0]?.candidateId ?? 'nobody');
      if (cause === 'unsorted' || cause === 'missing-knowledge') expect(rightOnes).toEqual([]);
    }
    expect(diagnosis.sealed?.rows).toBe(30);
    const markdown = await open.client.jobs.reportAs(id, 'markdown');
    expect(markdown).toContain('What is left, and what would mend it');
    expect(markdown).toContain(`On the sealed rows ${diagnosis.sealed?.failures} of 30 fail`);
    const ran = await run(['report', id], '/', { PARETUNE_URL: open.service.url });
    expect(ran.out.replaceAll('\n', ' ')).toContain(`what is left: ${diagnosis.sentence.slice(0, 60)}`);
  });

  it('has no front with one objective', async () => {
    for (const point of await open.client.jobs.curve(id)) expect(point).toMatchObject({ hypervolume: null, front: [] });
    expect(await open.client.jobs.report(id)).toMatchObject({ pareto: null });
  });

  it.each(['racing', 'reference'])(
    'carries front and hypervolume with several objectives, preset %s',
    async (preset) => {
      const { id: several } = await open.client.jobs.submit(
        bundledJob(model.url, {
          change: {
            objectives: [
              { metric: 'queue', goal: 'maximize', headline: true },
              { metric: 'promptTokens', goal: 'minimize', limit: 600 },
            ],
            optimizer: { type: 'gepa', options: { preset, stop: { maxProposals: 8 } } },
            budget: { rollouts: 400, confirmationRollouts: 40 },
          },
        }),
      );
      expect(await endOf(open.client, several)).toMatchObject({ status: 'succeeded' });
      const curve = await open.client.jobs.curve(several);
      const volumes = curve.map(({ hypervolume }) => hypervolume ?? -1);
      expect(volumes).toEqual([...volumes].sort((a, b) => a - b));
      expect(volumes[0]).toBe(0);
      expect(volumes.at(-1)).toBeGreaterThan(0);
      const frontier = await open.client.jobs.frontier(several);
      expect(frontier.map(({ candidateId }) => candidateId)).toEqual(curve.at(-1)?.front);
      for (const { intervals } of frontier) expect(intervals?.['queue']?.level).toBe(0.95);
      expect(await open.client.jobs.report(several)).toMatchObject({
        pareto: {
          hypervolume: volumes.at(-1),
          reference: { promptTokens: 600 },
          front: frontier.map(({ candidateId }) => ({ candidateId })),
        },
      });
      expect(await open.client.jobs.replay(several)).toMatchObject({ identical: true });
      const ran = await run(['report', several], '/', { PARETUNE_URL: open.service.url });
      expect(ran.out).toMatch(/front: c\d+ \(queue/);
    },
  );

  it('is replayed with its ablation', async () => {
    expect(await open.client.jobs.replay(id)).toMatchObject({ identical: true, differences: [] });
  });

  it('is replayed when an earlier version had written its curve', async () => {
    const { db } = open.service.database;
    const before = await open.client.jobs.curve(id);
    await db
      .update(curvePoints)
      .set({ intervals: null, hypervolume: null, front: [] })
      .where(eq(curvePoints.jobId, id));
    expect(before[0]?.intervals).not.toBeNull();
    expect((await open.client.jobs.curve(id))[0]?.intervals).toBeNull();
    expect(await open.client.jobs.replay(id)).toMatchObject({ identical: true, differences: [] });
  });
});
