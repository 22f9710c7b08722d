import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDatabases } from '../../src/store/testing.ts';
import { evaluationBody, jobBody, startTestService, type TestService } from './service.ts';

describeDatabases('Idempotency-Key', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());

  const post = (url: string, key: string, payload: object | string, headers: Record<string, string> = {}) =>
    service.api.inject({ method: 'POST', url, headers: { 'idempotency-key': key, ...headers }, payload });

  const creations: readonly [string, object][] = [
    ['/v1/prompts/p/versions', jobBody.prompt],
    ['/v1/suites/s/versions', jobBody.suite],
    ['/v1/datasets/d/versions', jobBody.dataset],
    ['/v1/jobs', jobBody],
    ['/v1/evaluations', evaluationBody],
    ['/v1/schedules', { name: 'nightly', cron: '0 3 * * *', job: jobBody }],
  ];

  it.each(creations)('gives the first answer of POST %s again, word for word', async (url, payload) => {
    const first = await post(url, 'k1', payload);
    expect(first.statusCode, first.payload).toBeLessThan(300);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await post(url, 'k1', payload);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.statusCode).toBe(first.statusCode);
    expect(again.payload).toBe(first.payload);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
  });

  it.each(creations)('refuses another body for POST %s', async (url) => {
    const other = await post(url, 'k1', otherBody(url));
    expect(other.statusCode, other.payload).toBe(409);
    expect(other.json()).toMatchObject({ type: 'urn:paretune:error:idempotency_conflict' });
  });

  it('submits one job however often it is asked at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/v1/jobs', 'race', { ...jobBody, name: 'race' })),
    );
    const jobs = service.api.inject({ url: '/v1/jobs?limit=500' });
    const named = (await jobs).json<{ items: { name: string }[] }>().items.filter(({ name }) => name === 'race');
    expect(named).toHaveLength(1);
    for (const answer of answers) {
      expect([202, 409]).toContain(answer.statusCode);
      if (answer.statusCode === 409) expect(answer.headers['retry-after']).toBe('1');
    }
    expect(answers.some(({ statusCode }) => statusCode === 202)).toBe(true);
    expect((await post('/v1/jobs', 'race', { ...jobBody, name: 'race' })).headers['idempotency-replayed']).toBe('true');
  });

  it('does not care for the order of fields, and keeps keys of other routes apart', async () => {
    const { name, ...rest } = jobBody;
    await post('/v1/jobs', 'order', { name, ...rest });
    expect((await post('/v1/jobs', 'order', { ...rest, name })).headers['idempotency-replayed']).toBe('true');
    const other = await post('/v1/prompts/other/versions', 'order', jobBody.prompt);
    expect(other.statusCode).toBe(201);
  });

  it('keeps a refusal as an answer, and nothing of a dry run', async () => {
    const body = { ...jobBody, prompt: 'nobody@1' };
    const refused = await post('/v1/jobs', 'refused', body);
    expect(refused.statusCode).toBe(404);
    const again = await post('/v1/jobs', 'refused', body);
    expect([again.statusCode, again.headers['idempotency-replayed'], again.headers['content-type']]).toEqual([
      404,
      'true',
      'application/problem+json',
    ]);
    expect((await post('/v1/jobs?dryRun=true', 'dry', jobBody)).statusCode).toBe(200);
    const real = await post('/v1/jobs', 'dry', jobBody);
    expect([real.statusCode, real.headers['idempotency-replayed']]).toEqual([202, undefined]);
  });

  it('refuses a key that is none', async () => {
    const answer = await post('/v1/jobs', 'two words', jobBody);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ errors: [{ path: 'idempotency-key' }] });
  });

  describe('of uploads', () => {
    const url = '/v1/datasets/streamed/versions';
    const jsonl = (text: string) => post(url, 'u', text, { 'content-type': 'application/x-ndjson' });
    const text = '{"input":"a","expected":"b"}\n{"input":"c","expected":"d"}\n';

    it('frees the key of a broken file, for the corrected one', async () => {
      expect((await jsonl('{"input":')).statusCode).toBe(400);
      expect((await jsonl(text)).statusCode).toBe(201);
    });

    it('compares bytes', async () => {
      const again = await jsonl(text);
      expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
      expect((await jsonl(text.replace('"d"', '"e"'))).statusCode).toBe(409);
      const csv = await post(url, 'u', 'input,expected\na,b\n', { 'content-type': 'text/csv' });
      expect(csv.statusCode).toBe(409);
      expect((await service.api.inject({ url })).json()).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
    });
  });
});

function otherBody(url: string): object {
  if (url.includes('/prompts/')) return { messages: [{ role: 'user', content: 'other {{input}}' }] };
  if (url.includes('/suites/')) return { evaluators: [{ id: 'other', type: 'exact-match' }] };
  if (url.includes('/datasets/')) return { rows: [{ input: 'other' }] };
  if (url === '/v1/schedules') return { name: 'other', cron: '0 4 * * *', job: jobBody };
  return { ...(url.endsWith('/evaluations') ? evaluationBody : jobBody), name: 'other' };
}
