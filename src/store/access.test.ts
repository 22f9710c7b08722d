import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createApiKey, hasApiKeys, listApiKeys, revokeApiKey, verifyApiKey } from './api-keys.ts';
import type { Database } from './database.ts';
import { claimIdempotent, completeIdempotent, forgetIdempotent, releaseIdempotent } from './idempotency.ts';
import {
  deleteSchedule,
  enabledSchedules,
  getSchedule,
  insertSchedule,
  listSchedules,
  noteScheduleRun,
  scheduleForWorker,
  updateSchedule,
} from './schedules.ts';
import { apiKeys } from './schema.ts';
import { jobRequest } from './testing/jobs.ts';
import { describeDatabases, newProject } from './testing.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 12, minute));

describeDatabases('keys, idempotency and schedules', (open) => {
  let database: Database;
  let projectId: string;
  let other: string;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    projectId = await newProject(database);
    other = await newProject(database);
  });

  it('knows an API key until it is revoked, and never stores it', async () => {
    const { db } = database;
    const { key, record } = await createApiKey(db, { projectId, name: 'ci', role: 'editor' }, at(0));
    expect(key).toMatch(/^pt_[0-9a-f]{12}_[\w-]{43}$/);
    expect(await hasApiKeys(db)).toBe(true);
    expect(await verifyApiKey(db, key, at(1))).toMatchObject({ id: record.id, projectId, role: 'editor' });
    const [stored] = await db.select().from(apiKeys).where(eq(apiKeys.id, record.id));
    expect(JSON.stringify(stored)).not.toContain(key.slice(16));
    const shown = await listApiKeys(db, projectId);
    expect(shown).toEqual([{ ...record, lastUsedAt: at(1) }]);
    expect(shown[0]).not.toHaveProperty('hash');

    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    for (const attempt of [wrong, key.slice(0, -1), `${key}x`, '', 'pt_', key.replace(record.id, '000000000000')]) {
      expect(await verifyApiKey(db, attempt, at(2))).toBeUndefined();
    }
    expect(await revokeApiKey(db, other, record.id, at(3))).toBe(false);
    expect(await revokeApiKey(db, projectId, record.id, at(3))).toBe(true);
    expect(await revokeApiKey(db, projectId, record.id, at(4))).toBe(false);
    expect(await verifyApiKey(db, key, at(5))).toBeUndefined();
    expect(await hasApiKeys(db)).toBe(false);
  });

  it('answers a repeated idempotent request with the first answer, per key, operation and project', async () => {
    const { db } = database;
    const request = { projectId, key: 'k', operation: 'POST /v1/jobs', bodyHash: 'a' };
    expect(await claimIdempotent(db, request, at(0))).toBeUndefined();
    await expect(claimIdempotent(db, request, at(0))).rejects.toMatchObject({ code: 'conflict' });
    await completeIdempotent(db, request, { status: 202, response: { id: 'job_1', list: [null, 'true'] } });
    expect(await claimIdempotent(db, request, at(1))).toEqual({
      status: 202,
      response: { id: 'job_1', list: [null, 'true'] },
    });
    await expect(claimIdempotent(db, { ...request, bodyHash: 'b' }, at(1))).rejects.toMatchObject({
      code: 'idempotency_conflict',
      message: expect.stringContaining('"k"'),
    });
    expect(await claimIdempotent(db, { ...request, operation: 'POST /v1/schedules' }, at(1))).toBeUndefined();
    expect(await claimIdempotent(db, { ...request, projectId: other }, at(1))).toBeUndefined();
    await forgetIdempotent(db, at(1));
    expect(await claimIdempotent(db, { ...request, bodyHash: 'b' }, at(2))).toBeUndefined();
  });

  it('lets a request be tried again when the first one failed or its process died', async () => {
    const { db } = database;
    const request = { projectId, key: 'k', operation: 'POST /v1/jobs', bodyHash: 'a' };
    await claimIdempotent(db, request, at(0));
    await releaseIdempotent(db, request);
    expect(await claimIdempotent(db, request, at(0))).toBeUndefined();
    expect(await claimIdempotent(db, request, at(6))).toBeUndefined();
    const failed = database.transaction(async (tx) => {
      await claimIdempotent(tx, { ...request, key: 'tx' }, at(0));
      throw new Error('the work failed');
    });
    await expect(failed).rejects.toThrow();
    expect(await claimIdempotent(db, { ...request, key: 'tx' }, at(0))).toBeUndefined();
  });

  it('keeps schedules by name, in their project', async () => {
    const { db } = database;
    const job = jobRequest();
    const schedule = (name: string) =>
      ({
        id: `${projectId}_${name}`,
        projectId,
        name,
        cron: '0 3 * * *',
        timezone: 'Europe/Zurich',
        job,
        createdAt: at(0),
      }) as const;
    const nightly = await insertSchedule(db, { ...schedule('nightly'), when: 'changed', import: true });
    await insertSchedule(db, schedule('weekly'));
    await expect(insertSchedule(db, { ...schedule('nightly'), id: 'another' })).rejects.toMatchObject({
      code: 'conflict',
      errors: [{ path: 'name' }],
    });
    expect(await getSchedule(db, projectId, nightly.id)).toMatchObject({
      when: 'changed',
      import: true,
      enabled: true,
      job,
    });
    expect(await getSchedule(db, other, nightly.id)).toBeUndefined();

    const first = await listSchedules(db, projectId, { limit: 1 });
    const second = await listSchedules(db, projectId, { limit: 1, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['nightly', 'weekly']);
    expect(second.nextCursor).toBeNull();

    expect(await updateSchedule(db, other, nightly.id, { enabled: false })).toBeUndefined();
    await expect(updateSchedule(db, projectId, nightly.id, { name: 'weekly' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await updateSchedule(db, projectId, nightly.id, { enabled: false, cron: '5 4 * * *' })).toMatchObject({
      cron: '5 4 * * *',
      name: 'nightly',
    });
    expect((await enabledSchedules(db)).map(({ id }) => id)).toContain(`${projectId}_weekly`);
    expect((await enabledSchedules(db)).map(({ id }) => id)).not.toContain(nightly.id);

    await noteScheduleRun(db, projectId, nightly.id, { at: at(5), jobId: 'job_5', hash: 'h' });
    await noteScheduleRun(db, projectId, nightly.id, { at: at(6) });
    expect(await scheduleForWorker(db, nightly.id)).toMatchObject({
      lastJobId: 'job_5',
      lastHash: 'h',
      lastRunAt: at(6),
    });
    expect(await deleteSchedule(db, other, nightly.id)).toBe(false);
    expect(await deleteSchedule(db, projectId, nightly.id)).toBe(true);
    expect(await getSchedule(db, projectId, nightly.id)).toBeUndefined();
  });
});
