import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import type { Client, Evaluation } from '../../src/client/index.ts';
import { createApiKey } from '../../src/store/api-keys.ts';
import { DEFAULT_PROJECT, projects } from '../../src/store/schema.ts';
import {
  better,
  endOfEvaluation,
  evaluated,
  evaluationBody,
  rowsOf,
  suite,
  taskModel,
  worse,
} from '../support/evaluations.ts';
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
    const { confusion } = candidate;
    expect(confusion?.labels.length).toBeGreaterThan(2);
    expect(confusion?.counts.flat().reduce((sum, count) => sum + count, 0)).toBeCloseTo(60, 9);
    expect(confusion?.accuracy).toBeCloseTo(candidate.metrics?.['queue']?.value ?? -1, 9);
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

  it('holds a candidate to the gates of the suite and of the request, and to the slice of other rows', async () => {
    const done = await evaluated(
      client,
      evaluationBody(model.url, {
        suite: { ...suite, gates: [{ metric: 'queue', min: 0.5, perCohort: 'tier' }] },
        gates: [
          { metric: 'latency.p99', max: 0.001 },
          { metric: 'costPerCall', max: 1 },
          { metric: 'promptTokens', max: 100_000 },
          { metric: 'queue@cohort[tier=gold]', min: 0.2 },
          { metric: 'queue', notWorseThanBaseline: 0.05, perCohort: 'tier' },
          { metric: 'queue', coverage: 1 },
        ],
        ood: { dataset: { rows: rowsOf(40, 5) }, margin: 0.1 },
      }),
    );
    const { decision } = of(done, 'c1');
    expect(
      decision?.rules.map(({ source, rule, metric, slice, outcome }) => [source, rule, metric, slice, outcome]),
    ).toEqual([
      ['suite', 'min', 'queue', 'dataset', 'pass'],
      ['suite', 'min', 'queue@cohort[tier=gold]', 'dataset', 'pass'],
      ['suite', 'min', 'queue@cohort[tier=plain]', 'dataset', 'pass'],
      ['request', 'max', 'latency.p99', 'dataset', 'fail'],
      ['request', 'max', 'costPerCall', 'dataset', 'pass'],
      ['request', 'max', 'promptTokens', 'dataset', 'pass'],
      ['request', 'min', 'queue@cohort[tier=gold]', 'dataset', 'pass'],
      ['request', 'not-worse', 'queue', 'dataset', 'pass'],
      ['request', 'not-worse', 'queue@cohort[tier=gold]', 'dataset', 'pass'],
      ['request', 'not-worse', 'queue@cohort[tier=plain]', 'dataset', 'pass'],
      ['request', 'coverage', 'queue', 'dataset', 'pass'],
      ['ood', 'not-worse', 'queue', 'ood', 'pass'],
    ]);
    expect(decision?.reason).toMatch(/^do_not_promote: latency\.p99 [\d,]+ ms > 0 ms/);
    expect(done).toMatchObject({ decision: 'do_not_promote', ood: { rows: 40, margin: 0.1 } });
    expect(done.spent.rollouts).toBe(200);
    expect(of(done, 'c1').metrics?.['ood/queue']?.rows).toBe(40);
  });

  it('measures the baseline against itself: noise, smallest effect, and gates that do not promote nothing', async () => {
    const hot = evaluationBody(model.url, {
      candidates: [],
      aa: true,
      models: { task: taskModel(model.url, { temperature: 1 }) },
    });
    const done = await evaluated(client, hot);
    expect(done.spent.rollouts).toBe(120);
    expect(done.aa?.noise).toMatchObject({ rows: 60, testRows: 60 });
    expect(done.aa?.noise?.minimumDetectableEffect).toBeGreaterThan(0.05);
    expect(done.aa?.decision.decision).not.toBe('promote');
    expect(done.decision).toBeNull();
  });

  it('judges a candidate with a model of its own, such as a tuned one, beside the prompt on the common one', async () => {
    model.reset();
    const tuned = { name: 'tuned', prompt: worse, model: taskModel(model.url, { model: 'sim-task-tuned' }) };
    const done = await evaluated(client, evaluationBody(model.url, { candidates: [better, tuned] }));
    expect(done.candidates.map(({ name }) => name)).toEqual(['baseline', 'c1', 'tuned']);
    const { byModel } = model.stats();
    expect([byModel['sim-task']?.answered, byModel['sim-task-tuned']?.answered]).toEqual([120, 60]);
    expect(of(done, 'c2').decision?.rules).toHaveLength(1);
  });

  it('keeps to its tokens, and what they do not pay for is missing and decides nothing', async () => {
    const whole = await evaluated(client, evaluationBody(model.url));
    const tokens = Math.floor(whole.spent.tokens * 0.6);
    const done = await evaluated(client, evaluationBody(model.url, { budget: { tokens } }));
    expect(done).toMatchObject({ status: 'succeeded', stopReason: 'budget', decision: 'inconclusive' });
    expect(done.spent.tokens).toBeLessThanOrEqual(tokens);
    expect(of(done, 'c1').decision?.reason).toMatch(
      /^inconclusive: queue is missing on \d+ of 60 rows, too many to judge it/,
    );
    expect(of(done, 'c1').metrics?.['queue']?.coverage).toBeLessThan(0.9);
  });

  it('fails when the model cannot be had, and says why', async () => {
    const done = await evaluated(
      client,
      evaluationBody(model.url, { models: { task: taskModel(model.url, { model: 'no-such-model' }) } }),
    );
    expect(done).toMatchObject({ status: 'failed', decision: null });
    expect(done.error).toMatch(/no-such-model|404/);
  });

  it('pays for an answer once in a project, and never in an A/A run', async () => {
    const body = evaluationBody(model.url, { reuse: true, dataset: { rows: rowsOf(20, 9) } });
    await evaluated(client, body);
    model.reset();
    const again = await evaluated(client, body);
    expect(model.stats().answered).toBe(0);
    expect(again.spent.saved.calls).toBe(40);
    await evaluated(client, { ...body, aa: true });
    expect(model.stats().answered).toBe(60);
  });

  it('tells which rows are lost and won, page by page', async () => {
    const done = await evaluated(client, evaluationBody(model.url, { baseline: better, candidates: [worse] }));
    const compared = of(done, 'c1').comparison?.metrics.find(({ metric }) => metric === 'queue');
    const lost = [];
    for (let cursor: string | undefined; ; ) {
      const page = await client.evaluations.rows(done.id, 'c1', {
        outcome: 'lost',
        limit: 4,
        ...(cursor && { cursor }),
      });
      lost.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(lost).toHaveLength(compared?.losses ?? -1);
    expect(lost.length).toBeGreaterThan(5);
    expect(new Set(lost.map(({ rowId }) => rowId)).size).toBe(lost.length);
    for (const row of lost) {
      expect(row).toMatchObject({ outcome: 'lost', a: 1, b: 0, difference: -1 });
      expect(row.outputs.a?.trim()).toBe(row.expected);
      expect(row.outputs.b?.trim()).not.toBe(row.expected);
    }
    expect((await client.evaluations.rows(done.id, 'c1', { outcome: 'won' })).items).toHaveLength(compared?.wins ?? -1);
  });

  it('compares candidates of two evaluations from the record, and refuses scores of different evaluators by name', async () => {
    const [one, other] = [
      await evaluated(client, evaluationBody(model.url)),
      await evaluated(client, evaluationBody(model.url, { baseline: better, candidates: [worse] })),
    ];
    model.reset();
    const same = await client.evaluations.compare(`${one.id}/c0`, `${other.id}/c0`, { outcome: 'won' });
    expect(same.metrics[0]).toEqual(of(one, 'c1').comparison?.metrics[0]);
    expect(same.rows.items).toHaveLength(same.metrics[0]?.wins ?? -1);
    expect(model.stats().requests).toBe(0);
    const loose = { evaluators: [{ id: 'queue', type: 'icontains' }] };
    const changed = await evaluated(client, evaluationBody(model.url, { suite: loose }));
    await expect(client.evaluations.compare(`${one.id}/c1`, `${changed.id}/c1`)).rejects.toMatchObject({
      status: 422,
      errors: [
        {
          path: 'suite.queue',
          message: expect.stringMatching(/"queue" of eval_\S+\/c1 is version [0-9a-f]{12} and .*never compared/),
        },
      ],
    });
    const others = await evaluated(client, evaluationBody(model.url, { dataset: { rows: rowsOf(30, 4) } }));
    await expect(client.evaluations.compare(`${one.id}/c1`, `${others.id}/c1`)).rejects.toMatchObject({
      errors: [{ path: 'dataset' }],
    });
  });

  it('counts a read of the sealed rows, and warns of it', async () => {
    const sealed = rowsOf(20, 31).map((row) => ({ ...row, split: 'test' as const }));
    const body = evaluationBody(model.url, { dataset: { rows: sealed }, split: 'test' });
    const first = await evaluated(client, body);
    expect(first.warnings.find(({ code }) => code === 'sealed-rows-read')?.message).toMatch(
      /nobody has read them before/,
    );
    const second = await client.evaluations.submit(body);
    expect(second.warnings.find(({ code }) => code === 'sealed-rows-read')?.message).toMatch(/1 job or evaluation/);
    await client.evaluations.cancel(second.id);
    const ended = await endOfEvaluation(client, second.id);
    expect(['cancelled', 'succeeded']).toContain(ended.status);
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
