import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endWithEvent } from '../src/jobs/end-of-job.ts';
import type { RunningService } from '../src/main.ts';
import { openJobFeed } from '../src/store/job-feed.ts';
import { startJob } from '../src/store/jobs.ts';
import { DEFAULT_PROJECT, jobs } from '../src/store/schema.ts';
import { systemClock } from '../src/system.ts';
import { quietService, smallJob } from './support/small-job.ts';

const scope = { projectId: DEFAULT_PROJECT };
const request = smallJob();

let service: RunningService;
beforeAll(async () => {
  service = await quietService();
});
afterAll(() => service.close());

it('a stored job that cannot be read fails at the first attempt, and says why', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'paretune-unreadable-'));
  const before = await quietService(dataDir);
  const { id } = await before.jobs.submit(scope, request);
  await before.database.db
    .update(jobs)
    .set({ resolved: { name: 'of another version' } })
    .where(eq(jobs.id, id));
  await before.close();
  const after = await quietService(dataDir, true);
  await new Promise<void>((resolve, reject) => {
    const look = () => void after.jobs.hasEnded(scope, id).then((ended) => ended && resolve(), reject);
    after.jobs.subscribe(id, look);
    look();
  });
  const [event] = await after.jobs.eventsAfter(scope, id, 0, 10);
  expect(event).toMatchObject({ type: 'ended', data: { attempt: 1, status: 'failed', stopReason: 'error' } });
  expect(event?.data['error']).toMatch(/the stored job cannot be read: .*prompt/s);
  await after.close();
  rmSync(dataDir, { recursive: true });
});

it('one occurrence of a schedule is one job, however often a dying process submits it', async () => {
  const occurrence = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const first = await service.jobs.submit(scope, request, { id: 'sch_1', occurrence });
  const again = await service.jobs.submit(scope, request, { id: 'sch_1', occurrence });
  const next = await service.jobs.submit(scope, request, { id: 'sch_1' });
  expect(again.id).toBe(first.id);
  expect((await service.jobs.list(scope, {})).items.map(({ id }) => id).sort()).toEqual([first.id, next.id].sort());
});

it('a job ends once, with the event that says so, and only by the attempt that has it', async () => {
  const { database } = service;
  const feed = await openJobFeed(database);
  const { id: jobId } = await service.jobs.submit(scope, request);
  const parts = { database, feed, clock: systemClock };
  const job = { ...scope, jobId };
  const attempt = (await startJob(database.db, scope.projectId, jobId, systemClock.now()))?.attempts ?? 0;
  const told = async () =>
    (await service.jobs.eventsAfter(scope, jobId, 0, 10)).map(({ type, data }) => [type, data['status']]);

  await endWithEvent(parts, { ...job, attempt: attempt + 1 }, { status: 'failed', stopReason: 'error' });
  expect(await told()).toEqual([]);
  await endWithEvent(parts, { ...job, attempt }, { status: 'succeeded', stopReason: 'budget' }, { winner: 'c3' });
  await endWithEvent(parts, job, { status: 'failed', stopReason: 'error' });
  expect(await told()).toEqual([['ended', 'succeeded']]);
  expect(await service.jobs.get(scope, jobId)).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
  await feed.close();
});
