import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import type { Client, Evaluation } from '../../src/client/index.ts';
import { createApiKey } from '../../src/store/api-keys.ts';
import { DEFAULT_PROJECT, projects } from '../../src/store/schema.ts';
import { better, evaluated, evaluationBody, rowsOf, worse } from '../support/evaluations.ts';
import { describePlaces, type OpenService, openService } from '../support/places.ts';
import { SIMULATED_PRICES } from '../support/run-job.ts';

describePlaces('an evaluation', (place) => {
  let model: SimulatedModel;
  let open: OpenService;
  let client: Client;
  beforeAll(async () => {
    model = await startSimulatedModel();
    open = await openService(place, { prices: SIMULATED_PRICES });
    client = open.client;
  });
  afterAll(async () => {
    await open.close();
    await model.close();
  });

  const of = ({ candidates }: Evaluation, id: string) => {
    const found = candidates.find((each) => each.id === id);
    if (!found) throw new Error(`no candidate ${id}`);
    return found;
  };

  it('measures prompts on the worker and compares them row by row: figures, cohorts, difference, decision', async () => {
    model.reset();
    const done = await evaluated(client, evaluationBody(model.url));
    expect(done).toMatchObject({ status: 'succeeded', stopReason: 'complete', baseline: 'c0', decision: 'promote' });
    expect(done.spent.rollouts).toBe(120);
    expect(model.stats().answered).toBe(120);
    expect(done.spent.usd).toBeGreaterThan(0);
    const [baseline, candidate] = [of(done, 'c0'), of(done, 'c1')];
    expect([baseline.isBaseline, candidate.isBaseline]).toEqual([true, false]);
    const score = candidate.metrics?.['queue'];
    expect(score).toMatchObject({ rows: 60, missing: 0, coverage: 1 });
    expect(score?.interval?.low).toBeLessThan(score?.value ?? 0);
    const gold = candidate.cohorts?.find(({ field, value }) => field === 'tier' && value === 'gold');
    expect(gold).toMatchObject({ rows: 20, evaluators: [{ evaluator: 'queue', rows: 20 }] });
    const difference = candidate.comparison?.metrics.find(({ metric }) => metric === 'queue');
    expect(difference?.baseline).toBe(baseline.metrics?.['queue']?.value);
    expect(difference?.candidate).toBe(score?.value);
    expect(difference?.difference).toBeCloseTo((score?.value ?? 0) - (baseline.metrics?.['queue']?.value ?? 0), 12);
    expect(difference).toMatchObject({ rows: 60, missing: 0 });
    expect((difference?.wins ?? 0) - (difference?.losses ?? 0)).toBe(Math.round((difference?.difference ?? 0) * 60));
    expect(difference?.interval?.low).toBeGreaterThan(0);
    expect(candidate.decision?.reason).toMatch(
      /^promote: queue is better than the baseline: 0\.\d{3} to 0\.\d{3} \(\+0\.\d{3}, 95 % interval/,
    );
    expect(candidate.decision?.rules).toMatchObject([
      { rule: 'better', source: 'headline', metric: 'queue', outcome: 'pass' },
    ]);
    expect(baseline).toMatchObject({ comparison: null, decision: null });
  });

  it('says that a prompt is no better when it is the worse one', async () => {
    const done = await evaluated(client, evaluationBody(model.url, { baseline: better, candidates: [worse] }));
    expect(done.decision).toBe('do_not_promote');
    expect(of(done, 'c1').decision?.reason).toMatch(
      /^do_not_promote: queue is not better than the baseline: .* \(−0\.\d{3}/,
    );
  });

  it('belongs to its project, is listed there, and is no job', async () => {
    const { db } = open.service.database;
    await db.insert(projects).values({ id: 'others', name: 'others' });
    const login = async (projectId: string, role: 'viewer' | 'editor') => {
      const { key } = await createApiKey(db, { projectId, name: 'test', role }, new Date());
      return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    };
    const { id } = await evaluated(client, evaluationBody(model.url, { dataset: { rows: rowsOf(4) } }));
    const [mine, theirs, reader] = await Promise.all([
      login(DEFAULT_PROJECT, 'editor'),
      login('others', 'editor'),
      login(DEFAULT_PROJECT, 'viewer'),
    ]);
    const ask = async (path: string, headers: Record<string, string>, init: RequestInit = {}) => {
      const answer = await fetch(`${open.service.url}${path}`, { ...init, headers });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    };
    // The first key is needed within a second of its making.
    await expect.poll(async () => (await ask(`/v1/evaluations/${id}`, {})).status).toBe(401);
    expect((await ask(`/v1/evaluations/${id}`, reader)).body.id).toBe(id);
    expect((await ask('/v1/evaluations', mine)).body.items[0]).toMatchObject({
      id,
      resolved: {},
      candidates: [{ id: 'c0' }, { id: 'c1' }],
    });
    for (const [path, method] of [
      [`/v1/evaluations/${id}`, 'GET'],
      [`/v1/evaluations/${id}/cancel`, 'POST'],
      [`/v1/evaluations/${id}/events`, 'GET'],
    ] as const)
      expect((await ask(path, theirs, { method, ...(method === 'POST' && { body: '{}' }) })).status).toBe(404);
    expect((await ask('/v1/evaluations', theirs)).body.items).toEqual([]);
    const post = { method: 'POST', body: JSON.stringify(evaluationBody(model.url)) };
    expect((await ask('/v1/evaluations', reader, post)).status).toBe(403);
    expect((await ask(`/v1/jobs/${id}`, mine)).status).toBe(404);
    expect((await ask('/v1/jobs', mine)).body.items).toEqual([]);
  });
});
