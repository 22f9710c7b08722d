import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { revokeApiKey } from '../../src/store/api-keys.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { evaluationBody, jobBody, type Login, startTestService, type TestService } from './service.ts';

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

describeDatabases('access', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());
  const get = (url: string, headers: Record<string, string> = {}) => service.api.inject({ url, headers });

  describe('before the first key', () => {
    it('belongs to this machine: no other name, no page of another origin', async () => {
      expect((await get('/v1/jobs', { host: 'localhost:8080' })).statusCode).toBe(200);
      const rebound = await get('/v1/jobs', { host: 'attacker.example' });
      expect(rebound.statusCode).toBe(403);
      expect(rebound.json()).toMatchObject({ detail: expect.stringMatching(/paretune keys create/) });
      expect((await get('/v1/jobs', { host: 'localhost', origin: 'https://attacker.example' })).statusCode).toBe(403);
      expect((await get('/v1/jobs', { host: 'localhost', origin: 'http://localhost:3000' })).statusCode).toBe(200);
    });

    it('does not overlook a wrong key', async () => {
      expect(
        (await get('/v1/jobs', { authorization: `Bearer pt_${'0'.repeat(12)}_${'a'.repeat(43)}` })).statusCode,
      ).toBe(401);
    });

    it('answers probes under any name', async () => {
      for (const url of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
        expect((await get(url, { host: '10.1.2.3' })).statusCode, url).toBeLessThan(400);
      }
    });
  });

  describe('with keys', () => {
    let a: Login;
    let b: Login;
    beforeAll(async () => {
      a = await service.login('admin');
      b = await service.login('admin');
      // The answer that no key exists may be a second old.
      service.advance(1_001);
    });

    it('needs one on every route of /v1, and says how to send it', async () => {
      for (const { method, url } of await operations(service)) {
        const answer = await service.api.inject({ method, url: fill(url, { name: 'n', id: 'i' }) });
        expect([method, url, answer.statusCode]).toEqual([method, url, 401]);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
        expect(answer.headers['content-type']).toBe('application/problem+json');
      }
      for (const url of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
        expect((await get(url)).statusCode, url).toBeLessThan(400);
      }
    });

    it('lets a viewer read and render, an editor write', async () => {
      const viewer = await service.login('viewer', a.projectId);
      const editor = await service.login('editor', a.projectId);
      const add = (login: Login) =>
        service.api.inject({
          method: 'POST',
          url: '/v1/prompts/roles/versions',
          headers: { authorization: login.authorization },
          payload: jobBody.prompt,
        });
      const refused = await add(viewer);
      expect(refused.statusCode).toBe(403);
      expect(refused.json()).toMatchObject({ detail: expect.stringMatching(/role editor; this one has viewer/) });
      expect((await add(editor)).statusCode).toBe(201);
      const { authorization } = viewer;
      expect((await get('/v1/prompts/roles', { authorization })).statusCode).toBe(200);
      const rendered = await service.api.inject({
        method: 'POST',
        url: '/v1/prompts/roles/versions/1/compile',
        headers: { authorization },
        payload: { variables: { input: 'why?' } },
      });
      expect(rendered.statusCode).toBe(200);
      const cancel = await service.api.inject({ method: 'POST', url: '/v1/jobs/x/cancel', headers: { authorization } });
      expect(cancel.statusCode).toBe(403);
    });

    it('forgets a revoked key within a second', async () => {
      const login = await service.login('viewer', a.projectId);
      const status = async () => (await get('/v1/jobs', { authorization: login.authorization })).statusCode;
      expect(await status()).toBe(200);
      await revokeApiKey(service.database.db, a.projectId, login.keyId, new Date());
      service.advance(1_001);
      expect(await status()).toBe(401);
    });

    it('shows a key of one project nothing of another, on any route', async () => {
      const made = await fillProject(service, b);
      const before = await snapshot(service, b, made);
      for (const { method, url } of await operations(service)) {
        const bodies = bodiesFor(url);
        for (const names of namesFor(url, made)) {
          const answer = await service.api.inject({
            method,
            url: `${fill(url, names)}${url.endsWith('/diff') ? '?from=1&to=1' : ''}${url === '/v1/comparisons' ? `?a=${made.evaluation}/c0&b=${made.job}/c0` : ''}${url.endsWith('/resolve') ? '?environment=latest' : ''}`,
            headers: { authorization: a.authorization, ...(bodies && { 'content-type': bodies.type }) },
            ...(bodies && { payload: bodies.payload }),
          });
          const where = `${method} ${url} → ${answer.statusCode} ${answer.payload.slice(0, 200)}`;
          expect(answer.payload, where).not.toContain('marker-of-b');
          if (method === 'GET' && !url.includes('{') && url !== '/v1/comparisons') {
            for (const name of ['theirs', made.job, made.evaluation, made.calibration, made.schedule])
              expect(answer.payload, where).not.toContain(name);
          }
          if (url.includes('{') || url === '/v1/comparisons') expect(answer.statusCode, where).toBe(404);
          else if (method === 'GET') expect(answer.statusCode, where).toBe(200);
          else expect(answer.statusCode, where).toBe(404);
        }
      }
      expect(await snapshot(service, b, made)).toEqual(before);
    });
  });
});

interface Made {
  readonly job: string;
  readonly evaluation: string;
  readonly calibration: string;
  readonly schedule: string;
  readonly key: string;
}

/** Everything that a project can hold, with texts that can be told. */
async function fillProject({ api }: TestService, { authorization, keyId }: Login): Promise<Made> {
  const post = async (url: string, payload: object) => {
    const answer = await api.inject({ method: 'POST', url, headers: { authorization }, payload });
    expect(answer.statusCode, answer.payload).toBeLessThan(300);
    return z.looseObject({ id: z.string().optional() }).parse(answer.json()).id ?? '';
  };
  await post('/v1/prompts/theirs/versions', {
    messages: [{ role: 'system', content: 'marker-of-b {{input}}' }],
  });
  const marked = jobBody.dataset.rows.map((row) => ({ ...row, input: `marker-of-b ${row.input}` }));
  await post('/v1/datasets/theirs/versions', { rows: marked });
  await post('/v1/suites/theirs/versions', jobBody.suite);
  const job = {
    ...jobBody,
    name: 'marker-of-b',
    prompt: 'theirs@1',
    dataset: 'theirs@1',
    suite: 'theirs@1',
  };
  return {
    key: keyId,
    job: await post('/v1/jobs', job),
    evaluation: await post('/v1/evaluations', {
      ...evaluationBody,
      name: 'marker-of-b',
      candidates: ['theirs@1'],
      dataset: 'theirs@1',
      suite: 'theirs@1',
    }),
    calibration: await post('/v1/judges/calibrate', {
      ...calibrationBody,
      dataset: {
        rows: [{ input: 'marker-of-b', output: 'marker-of-b', label: true }],
      },
    }),
    schedule: await post('/v1/schedules', { name: 'marker-of-b', cron: '0 3 * * *', job }),
  };
}

async function snapshot({ api }: TestService, { authorization }: Login, made: Made): Promise<unknown[]> {
  const urls = [
    '/v1/prompts',
    '/v1/datasets',
    '/v1/suites',
    `/v1/jobs/${made.job}`,
    `/v1/evaluations/${made.evaluation}`,
    `/v1/calibrations/${made.calibration}`,
    `/v1/schedules/${made.schedule}`,
  ];
  return Promise.all(urls.map(async (url) => (await api.inject({ url, headers: { authorization } })).json()));
}

/** Every operation of the contract that is behind a key. */
async function operations({ api }: TestService) {
  const { paths } = documentSchema.parse((await api.inject({ url: '/openapi.json' })).json());
  const found = Object.entries(paths).flatMap(([url, methods]) =>
    url.startsWith('/v1/')
      ? Object.keys(methods).map((method) => ({
          url,
          method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).parse(method.toUpperCase()),
        }))
      : [],
  );
  expect(found.length).toBeGreaterThan(30);
  return found;
}

function fill(url: string, names: { readonly name: string; readonly id: string }): string {
  return url
    .replace('{name}', names.name)
    .replace('{id}', names.id)
    .replace('{version}', '1')
    .replace('{candidate}', 'c0');
}

function namesFor(url: string, made: Made): { name: string; id: string }[] {
  // Adding a version to a name of another project makes a name of one's own: nothing to hide.
  if (url.endsWith('/versions') && url.includes('{name}')) return [];
  // Nor does a new key of one's own project.
  if (url === '/v1/keys') return [];
  return [
    {
      name: 'theirs',
      id: idFor(url, made),
    },
  ];
}

function idFor(url: string, made: Made): string {
  if (url.includes('/keys/')) return made.key;
  if (url.includes('/schedules/')) return made.schedule;
  if (url.includes('/evaluations/')) return made.evaluation;
  if (url.includes('/calibrations/')) return made.calibration;
  return made.job;
}

const calibrationBody = {
  evaluator: { type: 'task-completion' },
  judge: { provider: 'openai', model: 'gpt-4.1-mini' },
};

/** Bodies that would be accepted, if what they refer to could be seen. */
function bodiesFor(url: string): { type: string; payload: string } | undefined {
  const { prompt, ...rest } = jobBody;
  const json = (payload: object) => ({ type: 'application/json', payload: JSON.stringify(payload) });
  if (url === '/v1/jobs') return json({ ...rest, prompt: 'theirs@1' });
  if (url === '/v1/evaluations') return json({ ...evaluationBody, candidates: ['theirs@1'] });
  if (url === '/v1/schedules') return json({ name: 'mine', cron: '0 3 * * *', job: { ...rest, prompt: 'theirs@1' } });
  if (url === '/v1/judges/calibrate') return json({ ...calibrationBody, dataset: 'theirs@1' });
  if (url.endsWith('/compile')) return json({ variables: { input: 'x' } });
  if (url === '/v1/schedules/{id}') return json({ enabled: false });
  if (url.endsWith('/import')) return json({ prompt: 'mine' });
  return undefined;
}
