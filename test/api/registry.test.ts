import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, rows, startTestService, type TestService } from './service.ts';

describeDatabases('the registry over HTTP', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());
  const get = (url: string, headers: Record<string, string> = {}) => service.api.inject({ url, headers });
  const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
    service.api.inject({ method: 'POST', url, payload, headers });

  describe('prompts', () => {
    const url = '/v1/prompts/triage/versions';
    const prompt = (content: string) => ({ messages: [{ role: 'system', content }] });

    it('creates versions once, and answers 200 for the same content', async () => {
      const first = await post(url, { ...prompt('Answer {{input}}'), message: 'first', labels: ['a'] });
      expect(first.statusCode).toBe(201);
      expect(first.headers['location']).toBe(`${url}/1`);
      expect(first.json()).toMatchObject({
        ref: 'triage@1',
        version: 1,
        stage: 'draft',
        message: 'first',
        labels: ['a'],
      });
      expect(first.json()).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      const again = await post(url, prompt('Answer {{input}}'));
      expect([again.statusCode, again.json<{ ref: string }>().ref]).toEqual([200, 'triage@1']);
      expect((await post(url, { ...prompt('Answer {{input}} well'), parent: 'triage@1' })).json()).toMatchObject({
        ref: 'triage@2',
        parent: 'triage@1',
      });
    });

    it('pins the steps of a chain', async () => {
      const chain = await post('/v1/prompts/desk/versions', {
        steps: [
          { id: 'route', prompt: 'triage@1' },
          { id: 'answer', prompt: prompt('{{route}} {{input}}') },
        ],
      });
      expect(chain.json()).toMatchObject({
        content: { steps: [{ id: 'route', ref: 'triage@1', prompt: prompt('Answer {{input}}') }, { id: 'answer' }] },
      });
    });

    it('lists, shows, compares and renders', async () => {
      const page = (await get('/v1/prompts?limit=1')).json<{ items: object[]; nextCursor: string }>();
      expect(page.items).toMatchObject([{ name: 'desk', latest: { version: 1 } }]);
      const next = await get(`/v1/prompts?limit=1&cursor=${page.nextCursor}`);
      expect(next.json()).toMatchObject({ items: [{ name: 'triage', latest: { version: 2 } }], nextCursor: null });
      expect((await get(url)).json()).toMatchObject({ items: [{ version: 2 }, { version: 1 }], nextCursor: null });
      expect((await get(`${url}/1`)).json()).toMatchObject({ ref: 'triage@1', content: prompt('Answer {{input}}') });
      expect((await get(`${url}/9`)).statusCode).toBe(404);
      expect((await get('/v1/prompts/triage/diff?from=1&to=2')).json()).toMatchObject({
        from: { ref: 'triage@1' },
        to: { ref: 'triage@2' },
        texts: [{ path: 'messages.0', words: expect.arrayContaining([{ kind: 'added', text: ' well' }]) }],
      });
      expect((await post(`${url}/2/compile`, { variables: { input: 'me' } })).json()).toMatchObject({
        ref: 'triage@2',
        messages: [{ role: 'system', content: 'Answer me well' }],
      });
      expect((await post(`${url}/2/compile`, {})).json()).toMatchObject({ errors: [{ path: 'variables.input' }] });
      expect((await get('/v1/prompts/triage/diff?from=1')).json()).toMatchObject({ errors: [{ path: 'to' }] });
    });

    it('says which version to use, and 304 as long as it stays', async () => {
      const use = '/v1/prompts/triage/resolve?environment=latest&key=user-42';
      const first = await get(use);
      expect(first.json()).toMatchObject({
        ref: 'triage@2',
        environment: 'latest',
        content: prompt('Answer {{input}} well'),
      });
      const etag = String(first.headers['etag']);
      const same = await get(use, { 'if-none-match': etag });
      expect([same.statusCode, same.payload, same.headers['etag']]).toEqual([304, '', etag]);
      await post(url, prompt('Answer {{input}} briefly'));
      const changed = await get(use, { 'if-none-match': etag });
      expect([changed.statusCode, changed.json<{ ref: string }>().ref]).toEqual([200, 'triage@3']);
      const unreleased = await get('/v1/prompts/triage/resolve');
      expect(unreleased.statusCode).toBe(404);
      expect(unreleased.json()).toMatchObject({
        errors: [{ path: 'environment', message: expect.stringMatching(/"production".*triage@latest/) }],
      });
    });
  });

  describe('datasets', () => {
    const url = '/v1/datasets/regression/versions';
    const jsonl = rows.map((row) => JSON.stringify(row)).join('\n');

    it('takes JSON Lines, CSV and JSON, and knows the same content again', async () => {
      const first = await post(url, jsonl, { 'content-type': 'application/x-ndjson' });
      expect(first.statusCode, first.payload).toBe(201);
      expect(first.headers['location']).toBe(`${url}/1`);
      expect(first.json()).toMatchObject({
        ref: 'regression@1',
        rowCount: 30,
        splits: { train: 10, validation: 10, test: 10 },
        splitRatio: null,
        warnings: expect.any(Array),
      });
      const json = await post(`${url}?message=again`, { rows });
      expect([json.statusCode, json.json<{ ref: string }>().ref]).toEqual([200, 'regression@1']);
      const csv = [
        'id,input,expected,split',
        ...rows.map((row) => [row.id, row.input, row.expected, row.split].join(',')),
      ];
      const fromCsv = await post(url, csv.join('\n'), { 'content-type': 'text/csv; charset=utf-8' });
      expect([fromCsv.statusCode, fromCsv.json<{ ref: string }>().ref]).toEqual([200, 'regression@1']);
    });

    it('finds rows by cohort and by text, and counts them by cohort', async () => {
      const grouped = rows.map((row, index) => ({ ...row, ...(index > 0 && { cohort: index % 2 ? 'gold' : 'it"s' }) }));
      const at = '/v1/datasets/grouped/versions/1';
      expect((await post('/v1/datasets/grouped/versions', { rows: grouped })).statusCode).toBe(201);
      const ids = async (query: object) => {
        const found = await get(`${at}/rows?${new URLSearchParams({ ...query })}`);
        return found.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
      };
      expect(await ids({ cohort: 'gold', split: 'train', search: 'APPLES' })).toEqual([
        'r4',
        'r10',
        'r16',
        'r22',
        'r28',
      ]);
      expect(await ids({ search: 'R30' })).toEqual(['r30']);
      expect(await ids({ search: 'ANSWER 4', cohort: 'it"s' })).toEqual(['r5', 'r15', 'r25']);
      expect(await ids({ search: '100%' })).toEqual([]);
      expect((await get(`${at}/cohorts`)).json()).toMatchObject({
        items: [
          { cohort: 'gold', rows: 15, excluded: 0 },
          { cohort: 'it"s', rows: 14 },
          { cohort: null, rows: 1, train: 1, validation: 0, test: 0 },
        ],
      });
    });

    it('looks at an upload without storing it', async () => {
      const few = { rows: rows.slice(0, 6).map(({ id, input }) => ({ id, input, expected: 'the same' })) };
      const dry = await post('/v1/datasets/looked-at/versions?dryRun=true', few);
      expect(dry.statusCode).toBe(200);
      expect(dry.json()).toMatchObject({
        rowCount: 6,
        warnings: expect.arrayContaining([expect.objectContaining({ code: 'tiny-dataset' })]),
      });
      expect((await get('/v1/datasets/looked-at/versions')).statusCode).toBe(404);
      const stored = await post('/v1/datasets/looked-at/versions', few);
      const { splits, sha256, warnings } = dry.json<Record<string, unknown>>();
      expect(stored.json()).toMatchObject({ ref: 'looked-at@1', splits, sha256, warnings });
    });

    it('shows rows by split, page by page, and what changed', async () => {
      const changed = rows.map((row) => (row.id === 'r1' ? { ...row, expected: 'other' } : row)).slice(0, 29);
      expect((await post(`${url}?message=fewer&author=me`, { rows: changed })).json()).toMatchObject({
        ref: 'regression@2',
        message: 'fewer',
        author: 'me',
      });
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await get(`${url}/1/rows?split=test&limit=4${cursor && `&cursor=${cursor}`}`);
        const { items, nextCursor } = page.json<{
          items: { id: string; split: string }[];
          nextCursor: string | null;
        }>();
        expect(items.every(({ split }) => split === 'test')).toBe(true);
        seen.push(...items.map(({ id }) => id));
        cursor = nextCursor;
      }
      expect(seen).toEqual(rows.filter(({ split }) => split === 'test').map(({ id }) => id));
      expect((await get('/v1/datasets/regression/diff?from=1&to=2')).json()).toMatchObject({
        counts: { added: 0, removed: 1, changed: 1, unchanged: 28 },
        items: [
          { id: 'r1', change: 'changed', fields: ['expected'] },
          { id: 'r30', change: 'removed', after: null },
        ],
      });
      expect((await get('/v1/datasets')).json()).toMatchObject({
        items: expect.arrayContaining([expect.objectContaining({ ref: 'regression@2' })]),
      });
      expect((await get(url)).json()).toMatchObject({ items: [{ version: 2 }, { version: 1 }] });
      expect((await get(`${url}/1`)).json()).toMatchObject({ rowCount: 30 });
      expect((await get(`${url}/1/rows?cursor=%2Fnone`)).statusCode).toBe(400);
    });

    it('streams: no limit on the body, rows are stored while it is still being sent, a broken one is answered early', async () => {
      if (!service.api.server.listening) await service.api.listen({ host: '127.0.0.1', port: 0 });
      const { port } = service.api.server.address() as AddressInfo;
      const upload = request({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/v1/datasets/large/versions',
        headers: { 'content-type': 'application/x-ndjson' },
      });
      const answered = once(upload, 'response');
      // Half as much again as a JSON body may hold.
      for (let index = 0; index < 1_500; index++) {
        const more = upload.write(`${JSON.stringify({ input: `${index} ${'x'.repeat(1_000)}`, expected: 'y' })}\n`);
        if (!more) await once(upload, 'drain');
      }
      upload.end();
      const [answer] = await answered;
      expect(answer.statusCode).toBe(201);
      answer.resume();

      const broken = request({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/v1/datasets/large/versions',
        headers: { 'content-type': 'application/x-ndjson' },
      });
      const refused = once(broken, 'response');
      // As many problems as one answer lists: the rest need not be read, and the connection lives on to carry the answer.
      broken.write('{"no": 1}\n'.repeat(1_000));
      const [early] = await refused;
      expect(early.statusCode).toBe(400);
      early.resume();
      await once(early, 'end');
      broken.destroy();
      expect((await get('/v1/datasets/large/versions')).json()).toMatchObject({
        items: [{ version: 1, rowCount: 1_500 }],
      });
    });
  });

  it('warns in whole sentences, also of a single row', async () => {
    const three = [rows[0], rows[1], rows[2]];
    const dry = await post('/v1/jobs?dryRun=true', { ...jobBody, dataset: { rows: three }, force: true });
    const job = dry.json<{ warnings: { message: string }[] }>().warnings.map(({ message }) => message);
    expect(job).toContainEqual(expect.stringMatching(/^test has only 1 row; below 30/));
    const one = await post('/v1/datasets/one/versions', { rows: [{ input: 'alone' }] });
    const dataset = one.json<{ warnings: { message: string }[] }>().warnings.map(({ message }) => message);
    expect(dataset).toContainEqual(expect.stringMatching(/^only 1 row to use;/));
    expect(dataset).toContainEqual(expect.stringMatching(/^no expected answer in 1 of 1 row \(such as row-1\)/));
    expect([...job, ...dataset].filter((message) => /\b1 \w+s\b/.test(message))).toEqual([]);
  });

  it('a cut upload stores nothing, and is no fault of the service', async () => {
    if (!service.api.server.listening) await service.api.listen({ host: '127.0.0.1', port: 0 });
    const { port } = service.api.server.address() as AddressInfo;
    const path = '/v1/datasets/cut/versions';
    const cut = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    cut.on('error', () => undefined);
    const seen = service.lines.length;
    const logged = () => service.lines.slice(seen).map((line) => JSON.parse(line));
    cut.write('{"input":"one"}\n{"input":', () => cut.destroy());
    const line = { level: 30, msg: 'the connection was closed before the whole body had come' };
    await vi.waitFor(() => expect(logged()).toContainEqual(expect.objectContaining(line)), { timeout: 10_000 });
    expect(logged().filter(({ level }) => level > 30)).toEqual([]);
    expect(
      (await get('/v1/datasets')).json<{ items: { name: string }[] }>().items.map(({ name }) => name),
    ).not.toContain('cut');
  });

  describe('suites and catalogues', () => {
    it('creates and shows suites', async () => {
      const url = '/v1/suites/house/versions';
      const first = await post(url, { ...jobBody.suite, message: 'first' });
      expect(first.statusCode).toBe(201);
      expect(first.json()).toMatchObject({ ref: 'house@1', content: jobBody.suite, message: 'first' });
      expect((await post(url, jobBody.suite)).statusCode).toBe(200);
      expect((await get(`${url}/1`)).json()).toMatchObject({ ref: 'house@1' });
      expect((await get(url)).json()).toMatchObject({ items: [{ version: 1 }] });
      expect((await get('/v1/suites')).json()).toMatchObject({ items: [{ ref: 'house@1' }] });
      const twice = {
        evaluators: [
          { id: 'a', type: 'exact-match' },
          { id: 'a', type: 'contains' },
        ],
      };
      expect((await post(url, twice)).json()).toMatchObject({ errors: [{ path: 'evaluators.1.id' }] });
      const unknown = await post(url, { evaluators: [{ id: 'a', type: 'exact' }] });
      expect([unknown.statusCode, unknown.json()]).toMatchObject([422, { errors: [{ path: 'evaluators.0.type' }] }]);
    });

    it('describes every evaluator and optimizer with the schema of its options', async () => {
      const { items } = (await get('/v1/evaluators')).json<{ items: { type: string; options: object }[] }>();
      expect(items).toHaveLength(service.deps.evaluators.length);
      expect(items.find(({ type }) => type === 'exact-match')).toMatchObject({
        needs: expect.arrayContaining(['expected']),
        grader: null,
        options: {
          type: 'object',
          additionalProperties: false,
          properties: { ignoreCase: { type: 'boolean', default: false } },
        },
      });
      expect(items.find(({ type }) => type === 'rubric')).toMatchObject({ grader: { hash: expect.any(String) } });
      const optimizers = (await get('/v1/optimizers')).json<{ items: object[] }>();
      expect(optimizers.items).toContainEqual(
        expect.objectContaining({ type: 'gepa', options: expect.objectContaining({ $schema: expect.any(String) }) }),
      );
    });
  });
});
