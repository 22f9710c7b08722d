import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { comparisonViewSchema } from '../../src/domain/views/evaluation-view.ts';
import { candidateDetailSchema, curvePointViewSchema, rolloutViewSchema } from '../../src/domain/views/job-view.ts';
import {
  changeViewSchema,
  jobRowViewSchema,
  type LineageView,
  lineageViewSchema,
  refusalsViewSchema,
  type StandingsView,
  standingsViewSchema,
} from '../../src/domain/views/search-view.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { recordedRequest, recordJob } from '../support/recorded-job.ts';
import { startTestService, type TestService } from './service.ts';

const figuresSchema = z.looseObject({
  value: z.number().nullable(),
  rows: z.number().nullable(),
  missing: z.number().nullable(),
});
const reportSchema = z.looseObject({
  candidates: z.array(
    z.looseObject({ id: z.string(), score: figuresSchema, validation: z.record(z.string(), figuresSchema) }),
  ),
  diagnosis: z.looseObject({ failing: z.array(z.object({ rowId: z.string(), cause: z.string(), why: z.string() })) }),
});
const curveSchema = z.looseObject({ items: z.array(curvePointViewSchema) });
const rolloutsSchema = z.looseObject({ items: z.array(rolloutViewSchema) });

const size = { candidates: 120, rows: 6, refusals: 30 };

describeDatabases('a large search over HTTP', (open) => {
  let service: TestService;
  let job: string;
  let jobId: string;
  let winnerId: string;
  beforeAll(async () => {
    service = await startTestService(open);
    const submitted = await service.api.inject({ method: 'POST', url: '/v1/jobs', payload: recordedRequest(size) });
    expect(submitted.statusCode, submitted.payload).toBe(202);
    jobId = submitted.json<{ id: string }>().id;
    job = `/v1/jobs/${jobId}`;
    ({ winnerId } = await recordJob(service.database, { projectId: DEFAULT_PROJECT, jobId }, size));
  });
  afterAll(() => service.close());

  const get = async <T extends z.ZodType>(url: string, schema: T): Promise<z.infer<T>> => {
    const answer = await service.api.inject({ url });
    expect(answer.statusCode, answer.payload).toBe(200);
    const parsed = schema.parse(answer.json());
    expect(answer.json()).toEqual(parsed);
    return parsed;
  };
  const standings = (query: string) => get(`${job}/standings?${query}`, standingsViewSchema);
  /** Every item, page by page; the pages must come to an end. */
  const all = async <Item>(
    read: (cursor: string) => Promise<{ readonly items: Item[]; readonly nextCursor: string | null }>,
  ): Promise<Item[]> => {
    const items: Item[] = [];
    let cursor = '';
    for (let pages = 0; pages < 200; pages++) {
      const page = await read(cursor);
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    throw new Error('the pages have no end');
  };
  const problem = async (url: string, path: string, message: RegExp) => {
    const answer = await service.api.inject({ url });
    expect(answer.json()).toMatchObject({ errors: [{ path, message: expect.stringMatching(message) }] });
    return answer.statusCode;
  };

  it('lists every candidate once in every order, without texts', async () => {
    const ids = Array.from({ length: size.candidates }, (_, index) => `c${index}`);
    expect((await all((cursor) => standings(`limit=50${cursor}`))).map(({ id }) => id)).toEqual(ids);
    for (const sort of ['score', 'tokens', 'fate', 'operator', 'routing', 'promptTokens'])
      for (const order of ['asc', 'desc']) {
        const found = await all((cursor) => standings(`limit=37&sort=${sort}&order=${order}${cursor}`));
        expect(new Set(found.map(({ id }) => id))).toEqual(new Set(ids));
        expect(found).toHaveLength(size.candidates);
      }
    const whole = (await service.api.inject({ url: `${job}/standings?limit=500` })).payload;
    expect(whole).not.toContain('You sort e-mails');
  });

  it('sorts better first, and among equals the older one', async () => {
    const { items } = await standings('limit=500&sort=score');
    const scores = items.map(({ standing }) => standing?.score ?? Number.NaN);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(items[0]).toMatchObject({ id: winnerId, isBest: true, standing: { kind: 'validation', rows: size.rows } });
    for (const [index, item] of items.entries()) {
      const before = items[index - 1];
      if (before?.standing?.score === item.standing?.score && before) expect(before.seq).toBeLessThan(item.seq);
    }
    const tokens = (await standings('limit=500&sort=promptTokens')).items.map((item) => item.promptTokens);
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
    expect(await problem(`${job}/standings?sort=beauty`, 'sort', /routing/)).toBe(400);
  });

  it('filters, and counts what there is', async () => {
    const whole = await standings('limit=500');
    const count = (counts: StandingsView['fates'], name: string) => counts.find((each) => each.name === name)?.count;
    expect(whole).toMatchObject({ total: size.candidates, all: size.candidates });
    expect(count(whole.fates, 'undecided')).toBe(1);
    expect(whole.fates.reduce((sum, each) => sum + each.count, 0)).toBe(size.candidates);
    const some = await standings('limit=500&fate=accepted,pruned&operator=reflect');
    const wanted = whole.items.filter(
      ({ fate, operator }) => ['accepted', 'pruned'].includes(fate?.fate ?? '') && operator === 'reflect',
    );
    expect(some.items).toEqual(wanted);
    expect(some).toMatchObject({ total: wanted.length, all: size.candidates });
    expect((await standings('parent=c50&limit=500')).items.map(({ id }) => id)).toEqual(
      whole.items.filter(({ parents }) => parents.includes('c50')).map(({ id }) => id),
    );
    expect((await standings('kind=screening')).items).toEqual([]);
    expect((await standings('fate=undecided')).items).toMatchObject([{ id: 'c0', fate: null }]);
  });

  it('says on how many open rows a candidate was run, and never counts the sealed ones', async () => {
    const { items } = await standings('limit=3');
    for (const { measured } of items) expect(measured.rows).toBe(2 * size.rows);
    const { items: rollouts } = (await service.api.inject({ url: `${job}/rollouts?candidate=c1&limit=500` })).json<{
      items: { purpose: string; scores: { routing: { value: number } } }[];
    }>();
    const open = rollouts.filter(({ purpose }) => purpose === 'search');
    expect(rollouts.length).toBeGreaterThan(open.length);
    const mean = open.reduce((sum, { scores }) => sum + scores.routing.value, 0) / open.length;
    expect(items[1]?.measured.mean).toBeCloseTo(mean, 12);
  });

  it('shows the way to the winner, and every candidate once below it', async () => {
    const path = await get(`${job}/lineage`, lineageViewSchema);
    expect(path).toMatchObject({ bestId: winnerId, candidates: size.candidates, refusals: size.refusals });
    const onPath = new Set(path.items.map(({ id }) => id));
    expect([...onPath]).toEqual(expect.arrayContaining(['c0', winnerId]));
    for (const { id, parents, onPath: is } of path.items) {
      expect(is).toBe(true);
      if (id !== 'c0') for (const parent of parents) expect(onPath).toContain(parent);
    }
    const seen: LineageView['items'] = path.items.filter(({ id }) => id === 'c0');
    for (let place = 0; place < seen.length; place++) {
      const node = seen[place];
      const children = await all((cursor) =>
        get(`${job}/lineage?under=${node?.id}&limit=20${cursor}`, lineageViewSchema),
      );
      expect(children).toHaveLength(node?.children ?? -1);
      for (const child of children) expect(child.parents[0]).toBe(node?.id);
      seen.push(...children);
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(size.candidates);
    expect(seen).toHaveLength(size.candidates);
    const beside = seen.filter((node) => node.onPath).flatMap(({ fates }) => fates);
    expect(beside.reduce((sum, { count }) => sum + count, 0)).toBe(size.candidates - onPath.size);
    expect(seen.reduce((sum, { refused }) => sum + refused, 0)).toBe(size.refusals);
    expect((await service.api.inject({ url: `${job}/lineage?under=c999` })).statusCode).toBe(404);
  });

  it('shows what comes in while it is looked at', async () => {
    const before = await standings('limit=1');
    expect((await standings('limit=1')).all).toBe(before.all);
    const more = await service.api.inject({ method: 'POST', url: '/v1/jobs', payload: recordedRequest(size) });
    const url = `/v1/jobs/${more.json<{ id: string }>().id}/standings?limit=1`;
    expect((await get(url, standingsViewSchema)).all).toBe(0);
    const key = { projectId: DEFAULT_PROJECT, jobId: more.json<{ id: string }>().id };
    await recordJob(service.database, key, { candidates: 3, rows: 1, refusals: 0 });
    expect((await get(url, standingsViewSchema)).all).toBe(3);
  });

  it('tells what was refused, and for which reason', async () => {
    const refusals = (query: string) => get(`${job}/refusals?${query}`, refusalsViewSchema);
    const items = await all((cursor) => refusals(`limit=7${cursor}`));
    expect(items).toHaveLength(size.refusals);
    const { reasons } = await refusals('');
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(size.refusals);
    for (const { refusal, count, example } of reasons) {
      const own = items.filter((item) => item.refusal === refusal);
      expect([own.length, own[0]?.detail]).toEqual([count, example]);
      expect((await refusals(`refusal=${refusal}&limit=500`)).items).toEqual(own);
    }
    expect((await refusals('parent=c3')).items).toMatchObject([{ parents: ['c3'] }]);
  });

  it('thins the curve without losing a step of the best so far', async () => {
    const curve = async (query: string) =>
      (await service.api.inject({ url: `${job}/curve${query}` }))
        .json<{ items: unknown[] }>()
        .items.map((item) => curvePointViewSchema.parse(item));
    const [whole, thin, least] = [await curve(''), await curve('?points=40'), await curve('?points=2')];
    expect(whole).toHaveLength(size.candidates);
    expect(thin).toHaveLength(40);
    const steps = (points: typeof whole) => [...new Map(points.map((point) => [point.best, point.score])).entries()];
    for (const some of [thin, least]) {
      expect(steps(some)).toEqual(steps(whole));
      expect([some[0], some.at(-1)]).toEqual([whole[0], whole.at(-1)]);
      for (const point of some) expect(whole).toContainEqual(point);
    }
    expect(await curve('?points=5000')).toEqual(whole);
  });

  it('pages candidates with their texts where a page is asked for', async () => {
    const page = async (query: string) =>
      (await service.api.inject({ url: `${job}/candidates?${query}` })).json<{
        items: { id: string }[];
        nextCursor: string | null;
      }>();
    const whole = await page('');
    expect([whole.items.length, whole.nextCursor]).toEqual([size.candidates, null]);
    expect(await all((cursor) => page(`limit=33${cursor}`))).toEqual(whole.items);
  });

  it('explains a candidate by changes that make its text of the baseline', async () => {
    const { items } = (await service.api.inject({ url: `${job}/candidates/${winnerId}/changes` })).json<{
      items: unknown[];
    }>();
    const changes = items.map((item) => changeViewSchema.parse(item));
    const text = async (id: string) =>
      (await get(`${job}/candidates/${id}`, candidateDetailSchema)).components['prompt'] ?? '';
    let made = await text('c0');
    for (const { at, removed, added } of changes.toReversed()) {
      expect(made.slice(at, at + removed.length)).toBe(removed);
      made = made.slice(0, at) + added + made.slice(at + removed.length);
    }
    expect(made).toBe(await text(winnerId));
    const path = await get(`${job}/lineage`, lineageViewSchema);
    for (const { originId, reason } of changes) {
      expect(path.items.map(({ id }) => id)).toContain(originId);
      expect(reason).not.toBe('');
    }
    expect((await service.api.inject({ url: `${job}/candidates/c0/changes` })).json()).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('shows a row in its split, and cohorts by every field', async () => {
    expect(await get(`${job}/rows/test-0001`, jobRowViewSchema)).toMatchObject({
      id: 'test-0001',
      split: 'test',
      expected: 'repair',
      cohort: 'technical',
    });
    expect((await service.api.inject({ url: `${job}/rows/nobody` })).statusCode).toBe(404);
    const { cohortTable } = await get(`${job}/candidates/${winnerId}`, candidateDetailSchema);
    expect(new Set(cohortTable.map(({ field }) => field))).toEqual(
      new Set(['cohort', 'language', 'inputLength', 'label']),
    );
  });

  it('compares two candidates: what is lost first, by cohort and by what went wrong', async () => {
    const compare = (query: string) =>
      get(`/v1/comparisons?a=${jobId}/c0&b=${jobId}/${winnerId}&${query}`, comparisonViewSchema);
    const whole = await compare('limit=500&split=open&sort=lost');
    const { items, total } = whole.rows;
    expect([items.length, total]).toEqual([2 * size.rows, 2 * size.rows]);
    const outcomes = items.map(({ outcome }) => outcome);
    expect(outcomes.lastIndexOf('lost')).toBeLessThan(outcomes.indexOf('won'));
    expect(outcomes.lastIndexOf('won')).toBeLessThan(outcomes.indexOf('tied'));
    const paged = await all(async (cursor) => (await compare(`limit=5&split=open&sort=lost${cursor}`)).rows);
    expect(paged).toEqual(items);

    const routing = whole.metrics.find(({ metric }) => metric === 'routing');
    for (const field of new Set(whole.cohorts.map((cohort) => cohort.field))) {
      const cohorts = whole.cohorts.filter((cohort) => cohort.field === field);
      expect(cohorts.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(routing?.difference ?? 9, 9);
      expect(cohorts.reduce((sum, { rows }) => sum + rows, 0)).toBe(2 * size.rows);
    }
    const billing = await compare('limit=500&split=open&cohort=cohort%3Dbilling');
    expect(billing.rows.items.map(({ cohort }) => cohort)).toEqual(Array(billing.rows.total).fill('billing'));
    expect(billing.outcomes).toEqual({
      won: billing.rows.items.filter(({ outcome }) => outcome === 'won').length,
      lost: billing.rows.items.filter(({ outcome }) => outcome === 'lost').length,
      tied: billing.rows.items.filter(({ outcome }) => outcome === 'tied').length,
      missing: 0,
    });
    const wrong = await compare('limit=500&split=open&category=wrong-label');
    expect(wrong.rows.total).toBe(
      items.filter(({ categories }) => categories.a === 'wrong-label' || categories.b === 'wrong-label').length,
    );
    expect(whole.categories).toEqual([
      {
        name: 'wrong-label',
        a: items.filter(({ a }) => a === 0).length,
        b: items.filter(({ b }) => b === 0).length,
      },
    ]);
    expect(
      await problem(`/v1/comparisons?a=${jobId}/c0&b=${jobId}/c1&cohort=cohort%3Dnobody`, 'cohort', /cohort=/),
    ).toBe(400);
  });

  it('reports on it: the first candidates from their runs, later ones as the curve has them, and every answer to a row that fails', async () => {
    const report = await get(`${job}/report`, reportSchema);
    expect(report.candidates.map(({ id }) => id)).toEqual(
      Array.from({ length: size.candidates }, (_, index) => `c${index}`),
    );
    const read = report.candidates.filter(({ score }) => score.missing !== null).map(({ id }) => id);
    expect(new Set(read)).toEqual(new Set([...Array.from({ length: 60 }, (_, index) => `c${index}`), winnerId]));
    const curve = new Map((await get(`${job}/curve`, curveSchema)).items.map((point) => [point.candidateId, point]));
    for (const { id, score, validation } of report.candidates) {
      const point = curve.get(id);
      expect(validation['routing']).toMatchObject({ value: point?.objectives['routing'] });
      if (read.includes(id)) expect(score).toMatchObject({ kind: 'validation', rows: size.rows, missing: 0 });
      else
        expect(score).toMatchObject({
          rows: point?.best === id ? size.rows : null,
          interval: point?.intervals?.['routing'],
        });
    }
    const { failing } = report.diagnosis;
    expect(failing.length).toBeGreaterThan(0);
    for (const { rowId, why } of failing) {
      const runs = await get(`${job}/rollouts?row=${rowId}&limit=500`, rolloutsSchema);
      const right = runs.items.filter(({ scores }) => scores['routing']?.pass).map(({ candidateId }) => candidateId);
      expect(why).toBe(`another prompt gets it right: ${right.slice(0, 3).join(', ')} and ${right.length - 3} more`);
    }
  });

  it('compares on the sealed rows of the confirmation only where that is asked for', async () => {
    const rowsOf = async (query: string) =>
      (
        await get(`/v1/comparisons?a=${jobId}/c0&b=${jobId}/${winnerId}&limit=500${query}`, comparisonViewSchema)
      ).rows.items.map(({ rowId }) => rowId.split('-')[0]);
    expect(new Set(await rowsOf(''))).toEqual(new Set(['validation']));
    expect(new Set(await rowsOf('&split=open'))).toEqual(new Set(['train', 'validation']));
    expect(new Set(await rowsOf('&split=test'))).toEqual(new Set(['test']));
  });
});
