import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, startTestService, type TestService } from './service.ts';

const operationSchema = z.looseObject({
  summary: z.string(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string(), content: z.record(z.string(), z.unknown()).optional() }),
  ),
  requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
});
const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

describeDatabases('the service', (open) => {
  let service: TestService;
  let broken = false;
  beforeAll(async () => {
    service = await startTestService(open, {
      ready: async () => {
        if (broken) throw new Error('secret: connection to 10.0.0.7 refused');
      },
    });
  });
  afterAll(() => service.close());
  const get = (url: string, headers: Record<string, string> = {}) => service.api.inject({ url, headers });

  it('says whether it lives and is ready, without telling why not', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await get('/readyz')).statusCode).toBe(200);
    broken = true;
    const answer = await get('/readyz');
    broken = false;
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'application/problem+json']);
    expect(answer.payload).not.toContain('10.0.0.7');
  });

  it('documents every route with its refusals', async () => {
    const document = documentSchema.parse((await get('/openapi.json')).json());
    expect(document.openapi).toBe('3.1.0');
    for (const [url, methods] of Object.entries(document.paths)) {
      for (const [method, { responses, requestBody }] of Object.entries(methods)) {
        if (!url.startsWith('/v1/')) continue;
        const where = `${method} ${url}`;
        for (const status of [
          '400',
          '401',
          '403',
          '500',
          '503',
          ...(url.includes('{') && method === 'get' ? ['404'] : []),
        ]) {
          expect(Object.keys(responses[status]?.content ?? {}), `${where} ${status}`).toEqual([
            'application/problem+json',
          ]);
        }
        expect(
          Object.keys(responses).some((status) => status.startsWith('2')),
          where,
        ).toBe(true);
        if (method === 'patch' || (url.endsWith('/versions') && method === 'post'))
          expect(requestBody, where).toBeDefined();
      }
    }
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  it('shows the documentation without anything from elsewhere', async () => {
    const page = await get('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.payload).not.toMatch(/https?:\/\//);
    expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect((await get('/docs/static/swagger-ui.css')).statusCode).toBe(200);
  });

  it('gives every answer an id, the sender’s where it is sane, and safe headers', async () => {
    for (const url of ['/healthz', '/v1/jobs', '/v1/jobs/nobody', '/nowhere', '/v1/nowhere', '/%E0%A4%A']) {
      const { headers } = await get(url);
      expect(headers['x-request-id'], url).toMatch(/^req_/);
      if (url !== '/%E0%A4%A')
        expect([headers['x-content-type-options'], headers['x-frame-options']], url).toEqual(['nosniff', 'DENY']);
    }
    expect((await get('/healthz', { 'x-request-id': 'trace-7.a' })).headers['x-request-id']).toBe('trace-7.a');
    expect((await get('/healthz', { 'x-request-id': 'a b<script>' })).headers['x-request-id']).toMatch(/^req_/);
    expect(
      (await get('/v1/jobs', { host: 'localhost', origin: 'http://localhost:3000' })).headers[
        'access-control-allow-origin'
      ],
    ).toBeUndefined();
  });

  it('answers what it does not know as a problem', async () => {
    for (const url of ['/nowhere', '/v1/nowhere', '/%E0%A4%A']) {
      const answer = await get(url);
      expect(answer.headers['content-type'], url).toBe('application/problem+json');
      expect(answer.json(), url).toMatchObject({ status: answer.statusCode, title: expect.any(String) });
      expect(answer.statusCode).toBeLessThan(500);
    }
  });

  it('keeps its inside to itself when it breaks, and logs the cause without values', async () => {
    const { jobs } = service.deps;
    const list = jobs.list;
    Object.assign(jobs, {
      list: () =>
        Promise.reject(
          Object.assign(new Error('Failed query: select "a"\nparams: TOP SECRET PROMPT'), {
            cause: new Error('relation "a" does not exist'),
          }),
        ),
    });
    const answer = await get('/v1/jobs');
    Object.assign(jobs, { list });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({
      type: 'urn:paretune:error:internal',
      detail: expect.stringContaining('request id'),
    });
    expect(answer.payload).not.toMatch(/Failed query|relation|SECRET/);
    const logged = service.lines.join('');
    expect(logged).toContain('relation \\"a\\" does not exist');
    expect(logged).not.toContain('TOP SECRET PROMPT');
  });

  it('logs who, what and how it went; no text of a prompt or a row, no key', async () => {
    const before = service.lines.length;
    const headers = { 'x-request-id': 'logged-1', authorization: `Bearer pt_${'0'.repeat(12)}_${'k'.repeat(43)}` };
    await service.api.inject({ method: 'POST', url: '/v1/jobs', headers, payload: jobBody });
    await service.api.inject({ method: 'POST', url: '/v1/jobs?dryRun=true', payload: jobBody });
    await service.api.inject({
      method: 'POST',
      url: '/v1/jobs',
      payload: { ...jobBody, prompt: { messages: [{ role: 'x', content: 'Answer the question' }] } },
    });
    const lines = service.lines.slice(before).join('');
    expect(lines).toContain('"reqId":"logged-1"');
    expect(lines).toMatch(/"route":"\/v1\/jobs","status":401/);
    expect(lines).toMatch(/"status":200.*"project":"default"/);
    for (const secret of ['Answer the question', 'apples', 'kkkk', 'dryRun']) expect(lines).not.toContain(secret);
  });
});
