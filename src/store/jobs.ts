import { and, desc, eq, getTableColumns, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { JobStatus, StopReason } from '../domain/job.ts';
import { decodeCursor, type Page, page, pageSize, timeCursor } from './cursor.ts';
import type { Db } from './db.ts';
import { type JobKind, jobs } from './schema.ts';

export type JobRow = typeof jobs.$inferSelect;
export type NewJob = Omit<typeof jobs.$inferInsert, 'status' | 'stopReason' | 'attempts' | 'startedAt' | 'endedAt'>;

/** A job without its request, its resolution, and what an evaluation has found: enough for lists and for polling. */
export type JobSummary = Omit<JobRow, 'request' | 'resolved' | 'result'>;
export type JobState = Partial<
  Pick<JobRow, 'progress' | 'spent' | 'baseline' | 'best' | 'noise' | 'verdict' | 'warnings' | 'result'>
>;

const UNFINISHED = ['queued', 'running'] as const satisfies readonly JobStatus[];

const { request: _request, resolved: _resolved, result: _result, ...summaryColumns } = getTableColumns(jobs);

const one = (projectId: string, jobId: string): SQL | undefined =>
  and(eq(jobs.projectId, projectId), eq(jobs.id, jobId));
const unfinished = (projectId: string, jobId: string): SQL | undefined =>
  and(one(projectId, jobId), inArray(jobs.status, [...UNFINISHED]));

/** Stores a job as `queued`. */
export async function insertJob(db: Db, job: NewJob): Promise<void> {
  await db.insert(jobs).values({ ...job, status: 'queued' });
}

export async function getJob(db: Db, projectId: string, jobId: string): Promise<JobRow | undefined> {
  const [job] = await db.select().from(jobs).where(one(projectId, jobId));
  return job;
}

/** A job without the request that it came from: its resolution says the same, with every reference replaced. */
export type JobDetail = Omit<JobRow, 'request'>;

/** For users: a job of another kind is none. */
export async function getJobDetail(
  db: Db,
  projectId: string,
  jobId: string,
  kind: JobKind = 'optimization',
): Promise<JobDetail | undefined> {
  const [job] = await db
    .select({ ...summaryColumns, resolved: jobs.resolved, result: jobs.result })
    .from(jobs)
    .where(and(one(projectId, jobId), eq(jobs.kind, kind)));
  return job;
}

export async function getJobSummary(
  db: Db,
  projectId: string,
  jobId: string,
  kind: JobKind = 'optimization',
): Promise<JobSummary | undefined> {
  const [job] = await db
    .select(summaryColumns)
    .from(jobs)
    .where(and(one(projectId, jobId), eq(jobs.kind, kind)));
  return job;
}

/** The last job of this kind that is the same in what it does, whatever it cost. */
export async function newestJob(
  db: Db,
  projectId: string,
  kind: JobKind,
  resolvedHash: string,
): Promise<JobSummary | undefined> {
  const [job] = await db
    .select(summaryColumns)
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), eq(jobs.kind, kind), eq(jobs.resolvedHash, resolvedHash)))
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(1);
  return job;
}

/** The project of a job: the queue carries job ids only, and a worker serves all projects. Not for requests of users. */
export async function projectOfJob(db: Db, jobId: string): Promise<string | undefined> {
  const [job] = await db.select({ projectId: jobs.projectId }).from(jobs).where(eq(jobs.id, jobId));
  return job?.projectId;
}

export interface JobFilter {
  /** Default: searches. */
  readonly kind?: JobKind | undefined;
  readonly status?: JobStatus | undefined;
  /** Name of the optimized prompt. */
  readonly prompt?: string | undefined;
  readonly scheduleId?: string | undefined;
  /** Items of a page: default 50, at most 500. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** With what of its resolution tells jobs apart in a list: the prompt, and what optimizes it. */
export interface ListedJob extends JobSummary {
  readonly resolved: JobRow['resolved'];
}

const told = sql`json_strip_nulls(json_build_object(
  'promptRef', ${jobs.resolved} -> 'promptRef',
  'optimizer', json_build_object(
    'type', ${jobs.resolved} #> '{optimizer,type}',
    'options', json_build_object('preset', ${jobs.resolved} #> '{optimizer,options,preset}')
  )
))`.mapWith(jobs.resolved);

/** Newest first. */
export async function listJobs(
  db: Db,
  projectId: string,
  { kind = 'optimization', ...filter }: JobFilter = {},
): Promise<Page<ListedJob>> {
  const limit = pageSize(filter.limit);
  const conditions: (SQL | undefined)[] = [eq(jobs.projectId, projectId), eq(jobs.kind, kind)];
  if (filter.status !== undefined) conditions.push(eq(jobs.status, filter.status));
  if (filter.prompt !== undefined) conditions.push(eq(jobs.promptName, filter.prompt));
  if (filter.scheduleId !== undefined) conditions.push(eq(jobs.scheduleId, filter.scheduleId));
  if (filter.cursor !== undefined) {
    const [at, id] = decodeCursor(timeCursor, filter.cursor);
    conditions.push(or(lt(jobs.createdAt, at), and(eq(jobs.createdAt, at), lt(jobs.id, id))));
  }
  const rows = await db
    .select({ ...summaryColumns, resolved: told })
    .from(jobs)
    .where(and(...conditions))
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(limit + 1);
  return page(rows, limit, (job) => [job.createdAt, job.id]);
}

/** Jobs that have not ended, by status: what `/metrics` and readiness show. */
export async function countUnfinished(db: Db): Promise<Readonly<Record<'queued' | 'running', number>>> {
  const rows = await db
    .select({ status: jobs.status, count: sql<number>`count(*)::int` })
    .from(jobs)
    .where(inArray(jobs.status, [...UNFINISHED]))
    .groupBy(jobs.status);
  const count = (status: JobStatus) => rows.find((row) => row.status === status)?.count ?? 0;
  return { queued: count('queued'), running: count('running') };
}

/**
 * Takes a job up: `queued`, or `running` after a worker died, becomes `running` with the next attempt number. Undefined when it has
 * ended, or when a cancellation was asked for (the worker then ends it as cancelled).
 */
export async function startJob(db: Db, projectId: string, jobId: string, at: Date): Promise<JobRow | undefined> {
  const [job] = await db
    .update(jobs)
    .set({
      status: 'running',
      attempts: sql`${jobs.attempts} + 1`,
      startedAt: sql`coalesce(${jobs.startedAt}, ${sql.param(at, jobs.startedAt)})`,
    })
    .where(and(unfinished(projectId, jobId), eq(jobs.cancelRequested, false)))
    .returning();
  return job;
}

export interface JobEnd extends JobState {
  readonly status: Extract<JobStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly stopReason: StopReason;
  readonly endedAt: Date;
  /** Why it failed, for users. */
  readonly error?: string | null;
}

/** Ends a job once: false when it had ended already, or when `attempt` is not the present one any more. */
export async function endJob(
  db: Db,
  projectId: string,
  jobId: string,
  end: JobEnd,
  attempt?: number,
): Promise<boolean> {
  const ended = await db
    .update(jobs)
    .set(end)
    .where(and(unfinished(projectId, jobId), attempt === undefined ? undefined : eq(jobs.attempts, attempt)))
    .returning({ id: jobs.id });
  return ended.length === 1;
}

/** Saves how far a running job is; false when it is not this attempt's any more. */
export async function saveJobState(
  db: Db,
  projectId: string,
  jobId: string,
  state: JobState,
  attempt?: number,
): Promise<boolean> {
  if (Object.keys(state).length === 0) return true;
  const saved = await db
    .update(jobs)
    .set(state)
    .where(
      and(
        one(projectId, jobId),
        eq(jobs.status, 'running'),
        attempt === undefined ? undefined : eq(jobs.attempts, attempt),
      ),
    )
    .returning({ id: jobs.id });
  return saved.length === 1;
}

/**
 * Asks for the end of a job: from now on no worker takes it up, and the one that has it ends it. Answers the job as it is now (an ended
 * one stays as it was), undefined when there is none.
 */
export async function requestCancel(
  db: Db,
  projectId: string,
  jobId: string,
  kind: JobKind = 'optimization',
): Promise<JobSummary | undefined> {
  const [job] = await db
    .update(jobs)
    .set({ cancelRequested: true })
    .where(and(unfinished(projectId, jobId), eq(jobs.kind, kind)))
    .returning(summaryColumns);
  return job ?? getJobSummary(db, projectId, jobId, kind);
}

/** True once a cancellation was asked for. Cheap: workers poll it. */
export async function isCancelRequested(db: Db, projectId: string, jobId: string): Promise<boolean> {
  const [job] = await db.select({ cancelRequested: jobs.cancelRequested }).from(jobs).where(one(projectId, jobId));
  return job?.cancelRequested ?? false;
}

/** Those of these jobs, of any project, whose cancellation was asked for. For workers. */
export async function cancelRequestedAmong(db: Db, jobIds: readonly string[]): Promise<string[]> {
  if (jobIds.length === 0) return [];
  const rows = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(inArray(jobs.id, [...jobIds]), eq(jobs.cancelRequested, true)));
  return rows.map((job) => job.id);
}
