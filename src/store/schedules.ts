import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import { decodeCursor, type Page, page, pageSize } from './cursor.ts';
import type { Db } from './db.ts';
import { schedules } from './schema.ts';
import { isUniqueViolation } from './store-error.ts';

export type ScheduleRow = typeof schedules.$inferSelect;
export type NewSchedule = Omit<typeof schedules.$inferInsert, 'lastJobId' | 'lastRunAt' | 'lastHash'>;
export type ScheduleChange = Partial<
  Pick<ScheduleRow, 'name' | 'cron' | 'timezone' | 'job' | 'when' | 'import' | 'notify' | 'enabled'>
>;

const one = (projectId: string, id: string) => and(eq(schedules.projectId, projectId), eq(schedules.id, id));

/** @throws ParetuneError `conflict` when the project has a schedule of that name. */
export async function insertSchedule(db: Db, schedule: NewSchedule): Promise<ScheduleRow> {
  const [row] = await refuseSameName(schedule.name, () => db.insert(schedules).values(schedule).returning());
  if (!row) throw new Error('an insert returns its row');
  return row;
}

export async function getSchedule(db: Db, projectId: string, id: string): Promise<ScheduleRow | undefined> {
  const [row] = await db.select().from(schedules).where(one(projectId, id));
  return row;
}

/** The schedule of any project: the clock of the queue carries its id only. Not for requests of users. */
export async function scheduleForWorker(db: Db, id: string): Promise<ScheduleRow | undefined> {
  const [row] = await db.select().from(schedules).where(eq(schedules.id, id));
  return row;
}

/** By name. */
export async function listSchedules(
  db: Db,
  projectId: string,
  options: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
): Promise<Page<ScheduleRow>> {
  const limit = pageSize(options.limit);
  const after =
    options.cursor === undefined
      ? undefined
      : gt(schedules.name, decodeCursor(z.tuple([z.string()]), options.cursor)[0]);
  const rows = await db
    .select()
    .from(schedules)
    .where(and(eq(schedules.projectId, projectId), after))
    .orderBy(asc(schedules.name))
    .limit(limit + 1);
  return page(rows, limit, (schedule) => [schedule.name]);
}

/** Schedules of all projects that are switched on: what the queue's clock is to know at start. */
export async function enabledSchedules(db: Db): Promise<ScheduleRow[]> {
  return db.select().from(schedules).where(eq(schedules.enabled, true)).orderBy(asc(schedules.id));
}

/**
 * Changes the given fields. Undefined when there is no such schedule.
 *
 * @throws ParetuneError `conflict` when another schedule has the new name.
 */
export async function updateSchedule(
  db: Db,
  projectId: string,
  id: string,
  change: ScheduleChange,
): Promise<ScheduleRow | undefined> {
  if (Object.keys(change).length === 0) return getSchedule(db, projectId, id);
  const [row] = await refuseSameName(change.name, () =>
    db.update(schedules).set(change).where(one(projectId, id)).returning(),
  );
  return row;
}

/** Notes a run; `hash` is the resolved hash that `changed` compares with next time. */
export async function noteScheduleRun(
  db: Db,
  projectId: string,
  id: string,
  run: { readonly at: Date; readonly jobId?: string; readonly hash?: string },
): Promise<void> {
  await db
    .update(schedules)
    .set({
      lastRunAt: run.at,
      ...(run.jobId !== undefined && { lastJobId: run.jobId }),
      ...(run.hash !== undefined && { lastHash: run.hash }),
    })
    .where(one(projectId, id));
}

/** False when there was none. */
export async function deleteSchedule(db: Db, projectId: string, id: string): Promise<boolean> {
  const deleted = await db.delete(schedules).where(one(projectId, id)).returning({ id: schedules.id });
  return deleted.length === 1;
}

async function refuseSameName<T>(name: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ParetuneError('conflict', `a schedule named "${name}" exists in this project: choose another name`, [
      { path: 'name', message: `"${name}" is taken` },
    ]);
  }
}
