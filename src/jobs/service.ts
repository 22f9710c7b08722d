import type { Clock, IdSource } from '../domain/clock.ts';
import { contentHash } from '../domain/content-hash.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { JobRequest, JobStatus } from '../domain/job.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import { withComponents } from '../domain/prompt.ts';
import type { DryRunView, JobEventView, JobView } from '../domain/views/job-view.ts';
import type { PromptVersion } from '../registry/prompt-registry.ts';
import type { Page } from '../store/cursor.ts';
import type { Database } from '../store/database.ts';
import { eventsAfter, lastEventId } from '../store/job-events.ts';
import type { JobFeed } from '../store/job-feed.ts';
import { getJobDetail, getJobSummary, insertJob, listJobs, requestCancel } from '../store/jobs.ts';
import type { Scope } from '../store/scope.ts';
import { checkList } from './checks.ts';
import { endWithEvent } from './end-of-job.ts';
import type { JobQueue } from './queue.ts';
import { type Resolution, type ResolveParts, resolveJob } from './resolve.ts';
import { createJobResults } from './results.ts';
import { createJobSources, type Registries } from './sources.ts';
import { bestId, findCandidate, findJob } from './stored-job.ts';
import { eventView, jobView } from './views.ts';

export interface JobServiceParts {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly feed: JobFeed;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly registries: Registries;
  readonly resolve: Omit<ResolveParts, 'sources'>;
}

export interface JobListRequest {
  readonly status?: JobStatus | undefined;
  readonly prompt?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface ImportRequest {
  /** A candidate id; default: the job's best. */
  readonly candidate?: string | undefined;
  /** Name of the prompt to add a version to; default: the prompt that the job optimized. */
  readonly prompt?: string | undefined;
  readonly message?: string | undefined;
  readonly author?: string | undefined;
}

export type JobService = ReturnType<typeof createJobService>;

/** Everything that users do with jobs. Each function takes the scope first and sees nothing outside it. */
export function createJobService(parts: JobServiceParts) {
  const { database, queue, clock } = parts;
  const { db } = database;

  const resolve = (scope: Scope, request: JobRequest): Promise<Resolution> =>
    resolveJob(request, { ...parts.resolve, sources: createJobSources(parts.registries, scope) });

  return {
    /** What jobs have found. */
    results: createJobResults(parts),

    /** What a job would do: resolved, with warnings and an estimate. Nothing runs. */
    async dryRun(scope: Scope, request: JobRequest): Promise<DryRunView> {
      const { job, sha256, warnings, checked, refusing, estimate, advice } = await resolve(scope, request);
      return {
        resolved: jsonObjectSchema.parse(job),
        resolvedSha256: sha256,
        warnings: [...warnings],
        estimate: { ...estimate },
        advice: { ...advice, rowsFor: advice.rowsFor.map((each) => ({ ...each })) },
        checks: checkList(warnings, refusing, checked),
      };
    },

    /** Stores the resolved job and queues it, both or neither. One occurrence of a schedule is one job, however often it is submitted. */
    async submit(
      scope: Scope,
      request: JobRequest,
      schedule?: { readonly id: string; readonly occurrence?: string | undefined },
    ): Promise<JobView> {
      const { occurrence } = schedule ?? {};
      const id = occurrence === undefined ? parts.ids.next('job') : `job_${occurrence.replaceAll('-', '')}`;
      const known = occurrence === undefined ? undefined : await getJobDetail(db, scope.projectId, id);
      if (known) return jobView(known);
      const { warnings, prices, keep } = await resolve(scope, request);
      const job = await keep();
      await database.transaction(async (tx) => {
        await insertJob(tx, {
          id,
          projectId: scope.projectId,
          name: job.name,
          // The rows of an inline dataset are a dataset version by now.
          request: { ...request, dataset: job.dataset.ref },
          resolved: jsonObjectSchema.parse(job),
          resolvedHash: contentHash(job),
          seed: job.seed,
          budget: job.budget,
          warnings: [...warnings],
          prices,
          promptName: job.promptRef?.split('@')[0] ?? null,
          scheduleId: schedule?.id ?? null,
          createdAt: clock.now(),
        });
        await queue.enqueue(id, tx);
      });
      return jobView((await findJob(db, scope, id)).row);
    },

    async get(scope: Scope, jobId: string): Promise<JobView> {
      const row = await getJobDetail(db, scope.projectId, jobId);
      if (!row) throw new ParetuneError('not_found', `there is no job "${jobId}" in this project`);
      return jobView(row);
    },

    async list(scope: Scope, request: JobListRequest): Promise<Page<JobView>> {
      const page = await listJobs(db, scope.projectId, request);
      return { items: page.items.map(jobView), nextCursor: page.nextCursor };
    },

    /** A queued job ends at once, a running one as soon as its calls are aborted; an ended one stays as it is. */
    async cancel(scope: Scope, jobId: string): Promise<JobView> {
      const { projectId } = scope;
      const row = await requestCancel(db, projectId, jobId);
      if (!row) throw new ParetuneError('not_found', `there is no job "${jobId}" in this project`);
      if (row.status === 'queued')
        await endWithEvent(parts, { projectId, jobId }, { status: 'cancelled', stopReason: 'cancelled' });
      else await queue.cancel(jobId);
      return jobView((await findJob(db, scope, jobId)).row);
    },

    async eventsAfter(scope: Scope, jobId: string, id: number, limit: number): Promise<JobEventView[]> {
      return (await eventsAfter(db, scope.projectId, jobId, id, limit)).map(eventView);
    },

    /** Of the newest event so far; 0 before the first. */
    lastEventId: (scope: Scope, jobId: string): Promise<number> => lastEventId(db, scope.projectId, jobId),

    subscribe: (jobId: string, wake: () => void): (() => void) => parts.feed.subscribe(jobId, wake),

    async hasEnded(scope: Scope, jobId: string): Promise<boolean> {
      const row = await getJobSummary(db, scope.projectId, jobId);
      return row === undefined || (row.status !== 'queued' && row.status !== 'running');
    },

    /** Adds a candidate to the registry as a draft version whose record points to the job. */
    async import(
      scope: Scope,
      jobId: string,
      request: ImportRequest,
    ): Promise<PromptVersion & { readonly created: boolean }> {
      const { row, job } = await findJob(db, scope, jobId);
      const wanted = request.candidate ?? 'best';
      const candidate = await findCandidate(db, scope, jobId, wanted === 'best' ? bestId(row) : wanted);
      const name = request.prompt ?? row.promptName;
      if (!name)
        throw fieldError(
          'prompt',
          'the job optimized a prompt without a name; say under which name the draft is to be registered',
        );
      return parts.registries.prompts.importDraft(scope, {
        name,
        content: withComponents(job.prompt, candidate.components),
        message: request.message ?? `candidate ${candidate.id} of ${job.name}: ${candidate.operator}`,
        author: request.author,
        reason: 'experiment',
        parent: job.promptRef ?? undefined,
        source: { jobId, candidateId: candidate.id },
      });
    },
  };
}
