import type { Clock, IdSource } from '../domain/clock.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import { jobRequestSchema } from '../domain/job.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import type { JobView, ScheduleRequest, ScheduleView } from '../domain/views/job-view.ts';
import type { Page } from '../store/cursor.ts';
import type { Database } from '../store/database.ts';
import {
  deleteSchedule,
  enabledSchedules,
  getSchedule,
  insertSchedule,
  listSchedules,
  noteScheduleRun,
  type ScheduleRow,
  scheduleForWorker,
  updateSchedule,
} from '../store/schedules.ts';
import type { Scope } from '../store/scope.ts';
import { fieldErrorsOf } from './check-request.ts';
import type { JobQueue } from './queue.ts';
import type { JobService } from './service.ts';

export interface ScheduleParts {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly jobs: JobService;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: { info(data: object, message: string): void; warn(data: object, message: string): void };
}

export type ScheduleService = ReturnType<typeof createScheduleService>;

/** Nightly re-optimization: a job request, kept as it was given, submitted anew at each occurrence of a cron expression. */
export function createScheduleService(parts: ScheduleParts) {
  const { database, queue, clock } = parts;
  const { db } = database;

  const find = async (scope: Scope, id: string): Promise<ScheduleRow> => {
    const row = await getSchedule(db, scope.projectId, id);
    if (!row) throw new ParetuneError('not_found', `there is no schedule "${id}" in this project`);
    return row;
  };
  const tell = (row: ScheduleRow) =>
    row.enabled ? queue.upsertSchedule(row.id, row.cron, row.timezone) : queue.removeSchedule(row.id);

  const submit = async (row: ScheduleRow, occurrence?: string): Promise<JobView | null> => {
    const scope = { projectId: row.projectId };
    const at = clock.now();
    if (row.when === 'changed') {
      const { resolvedSha256 } = await parts.jobs.dryRun(scope, row.job);
      if (resolvedSha256 === row.lastHash) {
        await noteScheduleRun(db, row.projectId, row.id, { at });
        parts.log.info({ scheduleId: row.id }, 'nothing has changed since the last run');
        return null;
      }
    }
    const job = await parts.jobs.submit(scope, row.job, { id: row.id, occurrence });
    await noteScheduleRun(db, row.projectId, row.id, { at, jobId: job.id, hash: job.resolvedSha256 });
    return job;
  };

  return {
    /** Checks that the job would be accepted today, then stores the schedule and starts its clock. */
    async create(scope: Scope, request: ScheduleRequest): Promise<ScheduleView> {
      const job = parseJob(request.job);
      queue.nextRuns(request.cron, request.timezone, clock.now(), 1);
      await parts.jobs.dryRun(scope, job);
      const { name, cron, timezone, when, enabled } = request;
      const row = await insertSchedule(db, {
        id: parts.ids.next('sch'),
        projectId: scope.projectId,
        name,
        cron,
        timezone,
        job,
        when,
        import: request.import,
        enabled,
        createdAt: clock.now(),
      });
      await tell(row);
      return scheduleView(row);
    },

    async list(
      scope: Scope,
      page: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
    ): Promise<Page<ScheduleView>> {
      const { items, nextCursor } = await listSchedules(db, scope.projectId, page);
      return { items: items.map(scheduleView), nextCursor };
    },

    async get(scope: Scope, id: string): Promise<ScheduleView> {
      return scheduleView(await find(scope, id));
    },

    async update(scope: Scope, id: string, change: Partial<ScheduleRequest>): Promise<ScheduleView> {
      const before = await find(scope, id);
      const { job: requested, ...rest } = change;
      const job = requested === undefined ? undefined : parseJob(requested);
      queue.nextRuns(rest.cron ?? before.cron, rest.timezone ?? before.timezone, clock.now(), 1);
      if (job) await parts.jobs.dryRun(scope, job);
      const row = await updateSchedule(db, scope.projectId, id, { ...defined(rest), ...(job && { job }) });
      if (!row) throw new ParetuneError('not_found', `there is no schedule "${id}" in this project`);
      await tell(row);
      return scheduleView(row);
    },

    async remove(scope: Scope, id: string): Promise<void> {
      await find(scope, id);
      await queue.removeSchedule(id);
      await deleteSchedule(db, scope.projectId, id);
    },

    /** Submits the job now. Null when `when` is `changed` and nothing has. */
    async runNow(scope: Scope, id: string): Promise<JobView | null> {
      return submit(await find(scope, id));
    },

    /** A worker's part: takes due schedules. The queue learns anew what the table says, so that neither can drift for long. */
    async serve(): Promise<void> {
      for (const row of await enabledSchedules(db)) await tell(row);
      await queue.onSchedule(async (id, occurrence) => {
        const row = await scheduleForWorker(db, id);
        if (!row?.enabled) return;
        try {
          await submit(row, occurrence);
        } catch (error) {
          if (!(error instanceof ParetuneError) || error.status >= 500) throw error;
          await noteScheduleRun(db, row.projectId, row.id, { at: clock.now() });
          parts.log.warn({ scheduleId: id, code: error.code, detail: error.message }, 'a scheduled job was refused');
        }
      });
    },

    /**
     * A promoted winner of a scheduled job becomes a draft version; the same one again stays one. What the registry refuses is logged: it
     * takes nothing from the job.
     */
    async importWinner(job: {
      readonly id: string;
      readonly projectId: string;
      readonly scheduleId: string | null;
      readonly winnerId: string;
    }): Promise<void> {
      if (job.scheduleId === null) return;
      const row = await getSchedule(db, job.projectId, job.scheduleId);
      if (!row?.import) return;
      const scope = { projectId: job.projectId };
      const name = typeof row.job.prompt === 'string' ? undefined : row.name.replace(/[^A-Za-z0-9_.-]+/g, '-');
      const request = { candidate: job.winnerId, prompt: name, message: `schedule "${row.name}"` };
      try {
        const draft = await parts.jobs.import(scope, job.id, request);
        parts.log.info({ scheduleId: row.id, jobId: job.id, ref: draft.ref }, 'imported the winner as a draft');
      } catch (error) {
        if (!(error instanceof ParetuneError)) throw error;
        parts.log.warn({ scheduleId: row.id, jobId: job.id, code: error.code }, 'could not import the winner');
      }
    },
  };
}

function parseJob(value: unknown) {
  const parsed = jobRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = fieldErrorsOf(parsed.error, 'job');
  const first = errors[0];
  throw errors.length === 1 && first
    ? fieldError(first.path, first.message, 'invalid_request')
    : new ParetuneError('invalid_request', errors.map((each) => `${each.path}: ${each.message}`).join('; '), errors);
}

function defined(change: Omit<Partial<ScheduleRequest>, 'job'>) {
  const { name, cron, timezone, when, enabled } = change;
  return {
    ...(name !== undefined && { name }),
    ...(cron !== undefined && { cron }),
    ...(timezone !== undefined && { timezone }),
    ...(when !== undefined && { when }),
    ...(enabled !== undefined && { enabled }),
    ...(change.import !== undefined && { import: change.import }),
  };
}

function scheduleView(row: ScheduleRow): ScheduleView {
  return {
    id: row.id,
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    job: jsonObjectSchema.parse(JSON.parse(JSON.stringify(row.job))),
    when: row.when === 'changed' ? 'changed' : 'always',
    import: row.import,
    enabled: row.enabled,
    lastJobId: row.lastJobId,
    lastRunAt: row.lastRunAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
