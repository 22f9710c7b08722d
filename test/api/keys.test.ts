import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newKeySchema } from '../../src/domain/views/key-view.ts';
import { idempotencyKeys } from '../../src/store/schema.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { type Login, startTestService, type TestService } from './service.ts';

const listSchema = z.object({
  items: z.array(z.looseObject({ id: z.string(), current: z.boolean(), revokedAt: z.string().nullable() })),
});

describeDatabases('keys over HTTP', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());

  const call = (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    { login, payload, headers }: { login?: Login; payload?: object; headers?: Record<string, string> } = {},
  ) =>
    service.api.inject({
      method,
      url,
      headers: { ...(login && { authorization: login.authorization }), ...headers },
      ...(payload && { payload }),
    });
  const listed = async (login: Login) => listSchema.parse((await call('GET', '/v1/keys', { login })).json()).items;

  it('takes nothing but an admin as the first key, which locks the service', async () => {
    const headers = { host: 'localhost:8080' };
    const viewer = await call('POST', '/v1/keys', { payload: { name: 'first', role: 'viewer' }, headers });
    expect(viewer.statusCode).toBe(422);
    expect(viewer.json()).toMatchObject({ errors: [{ path: 'role' }] });
    const admin = await call('POST', '/v1/keys', { payload: { name: 'first', role: 'admin' }, headers });
    expect(admin.statusCode).toBe(201);
    service.advance(1_001);
    expect((await call('GET', '/v1/keys', { headers })).statusCode).toBe(401);
    const { key } = newKeySchema.parse(admin.json());
    expect((await call('GET', '/v1/keys', { headers: { authorization: `Bearer ${key}` } })).statusCode).toBe(200);
  });

  describe('of a project', () => {
    let admin: Login;
    beforeAll(async () => {
      admin = await service.login('admin');
    });

    it('shows the secret once, and keeps it out of lists, logs and stored answers', async () => {
      const made = await call('POST', '/v1/keys', { login: admin, payload: { name: 'ci' } });
      expect(made.statusCode).toBe(201);
      expect(made.headers['cache-control']).toBe('no-store');
      const { key, ...rest } = newKeySchema.parse(made.json());
      expect(rest).toMatchObject({ name: 'ci', role: 'editor', project: admin.projectId, current: false });
      const works = await call('GET', '/v1/prompts', { headers: { authorization: `Bearer ${key}` } });
      expect(works.statusCode).toBe(200);
      const secret = key.slice(-43);
      const list = await call('GET', '/v1/keys', { login: admin });
      expect(list.payload).toContain(rest.id);
      expect(list.payload).not.toContain(secret);
      expect(service.lines.join('\n')).not.toContain(secret);
      const kept = await call('POST', '/v1/keys', {
        login: admin,
        payload: { name: 'again' },
        headers: { 'idempotency-key': 'k1' },
      });
      expect(kept.statusCode).toBe(400);
      expect(kept.json()).toMatchObject({ errors: [{ path: 'idempotency-key' }] });
      expect(await service.database.db.select().from(idempotencyKeys)).toEqual([]);
    });

    it('is for admins alone', async () => {
      for (const role of ['viewer', 'editor'] as const) {
        const login = await service.login(role, admin.projectId);
        for (const answer of [
          await call('GET', '/v1/keys', { login }),
          await call('POST', '/v1/keys', { login, payload: { name: 'x' } }),
          await call('DELETE', `/v1/keys/${login.keyId}`, { login }),
        ]) {
          expect(answer.statusCode).toBe(403);
          expect(answer.json()).toMatchObject({ detail: expect.stringMatching(/role admin; this one has/) });
        }
      }
    });

    it('revokes another key for good, and twice is the same as once', async () => {
      const other = await service.login('editor', admin.projectId);
      expect((await call('DELETE', `/v1/keys/${other.keyId}`, { login: admin })).statusCode).toBe(204);
      const at = (await listed(admin)).find(({ id }) => id === other.keyId)?.revokedAt;
      expect(at).toEqual(expect.any(String));
      service.advance(1_001);
      expect((await call('GET', '/v1/prompts', { login: other })).statusCode).toBe(401);
      expect((await call('DELETE', `/v1/keys/${other.keyId}`, { login: admin })).statusCode).toBe(204);
      expect((await listed(admin)).find(({ id }) => id === other.keyId)?.revokedAt).toBe(at);
      expect((await call('DELETE', '/v1/keys/none', { login: admin })).statusCode).toBe(404);
    });

    it('cannot revoke itself by accident, nor the last admin key at all', async () => {
      const alone = await service.login('admin');
      const own = `/v1/keys/${alone.keyId}`;
      expect((await listed(alone)).map(({ current }) => current)).toEqual([true]);
      const accident = await call('DELETE', own, { login: alone });
      expect(accident.statusCode).toBe(409);
      expect(accident.json()).toMatchObject({ detail: expect.stringMatching(/self=true/) });
      const last = await call('DELETE', `${own}?self=true`, { login: alone });
      expect(last.statusCode).toBe(409);
      expect(last.json()).toMatchObject({ detail: expect.stringMatching(/last admin key/) });
      await service.login('editor', alone.projectId);
      expect((await call('DELETE', `${own}?self=true`, { login: alone })).statusCode).toBe(409);
      await service.login('admin', alone.projectId);
      expect((await call('DELETE', `${own}?self=true`, { login: alone })).statusCode).toBe(204);
      service.advance(1_001);
      expect((await call('GET', '/v1/keys', { login: alone })).statusCode).toBe(401);
    });
  });
});
