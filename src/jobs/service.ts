import type { Clock, IdSource } from '../domain/clock.ts';
import type { Row, Split } from '../domain/dataset.ts';
import { fieldError, ParetuneError } from '../domain/errors.ts';
import type { JobRequest, JobStatus } from '../domain/job.ts';
import { contentHash, jsonObjectSchema } from '../domain/json.ts';
import { withComponents } from '../domain/prompt.ts';
import type {
  BestView,
  CandidateDetail,
  CandidateView,
  CurvePointView,
  DryRunView,
  JobEventView,
  JobView,
  RolloutView,
} from '../domain/views/job-view.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import type { PromptVersion } from '../registry/prompt-registry.ts';
import type { Page } from '../store/cursor.ts';
import type { Database } from '../store/database.ts';
import { eventsAfter } from '../store/job-events.ts';
import {
  getCandidate,
  getCurve,
  listCandidates,
  listRollouts,
  type RolloutFilter,
  type StoredRollout,
} from '../store/job-facts.ts';
import type { JobFeed } from '../store/job-feed.ts';
import { getJobDetail, getJobSummary, insertJob, type JobDetail, listJobs, requestCancel } from '../store/jobs.ts';
import type { Scope } from '../store/scope.ts';
import { candidateDetail } from './candidate-detail.ts';
import { endWithEvent } from './end-of-job.ts';
import type { JobQueue } from './queue.ts';
import { buildReport, type Report } from './report/report.ts';
import { reportFacts } from './report-facts.ts';
import { type Resolution, type ResolveParts, resolveJob } from './resolve.ts';
import { type ResolvedJob, resolvedJobSchema } from './resolved.ts';
import { createJobSources, type Registries } from './sources.ts';
import { candidateView, curvePointView, eventView, jobView, paretoFrontier, rolloutView, toRollout } from './views.ts';

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

  const find = async (scope: Scope, jobId: string): Promise<{ row: JobDetail; job: ResolvedJob }> => {
    const row = await getJobDetail(db, scope.projectId, jobId);
    if (!row) throw new ParetuneError('not_found', `there is no job "${jobId}" in this project`);
    return { row, job: resolvedJobSchema.parse(row.resolved) };
  };

  const candidateOf = async (scope: Scope, jobId: string, candidateId: string) => {
    const candidate = await getCandidate(db, scope.projectId, jobId, candidateId);
    if (!candidate) throw new ParetuneError('not_found', `job "${jobId}" has no candidate "${candidateId}"`);
    return candidate;
  };

  const rows = async (scope: Scope, job: ResolvedJob, splits: readonly Split[]): Promise<Row[]> => {
    const dataset = await createJobSources(parts.registries, scope).dataset(job.dataset.ref);
    const found: Row[] = [];
    for await (const { split, row } of dataset.rows(job.split)) if (splits.includes(split)) found.push(row);
    return found;
  };

  const allRollouts = async (scope: Scope, jobId: string, filter: RolloutFilter): Promise<StoredRollout[]> => {
    const found: StoredRollout[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listRollouts(db, scope.projectId, jobId, { ...filter, limit: 500, cursor });
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  };

  /** The candidate that the job stands behind now: its best so far, the baseline before anything was measured. */
  const bestId = (row: JobDetail) => row.best?.candidateId ?? 'c0';

  return {
    /** What a job would do: resolved, with warnings and an estimate. Nothing runs. */
    async dryRun(scope: Scope, request: JobRequest): Promise<DryRunView> {
      const { job, sha256, warnings, estimate } = await resolve(scope, request);
      return {
        resolved: jsonObjectSchema.parse(job),
        resolvedSha256: sha256,
        warnings: [...warnings],
        estimate: { ...estimate },
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
      const { warnings, keep } = await resolve(scope, request);
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
          promptName: job.promptRef?.split('@')[0] ?? null,
          scheduleId: schedule?.id ?? null,
          createdAt: clock.now(),
        });
        await queue.enqueue(id, tx);
      });
      return jobView((await find(scope, id)).row);
    },

    async get(scope: Scope, jobId: string): Promise<JobView> {
      const row = await getJobDetail(db, scope.projectId, jobId);
      if (!row) throw new ParetuneError('not_found', `there is no job "${jobId}" in this project`);
      return jobView(row);
    },

    async list(scope: Scope, request: JobListRequest): Promise<Page<JobView>> {
      const page = await listJobs(db, scope.projectId, request);
      return { items: page.items.map((row) => jobView({ ...row, resolved: {} })), nextCursor: page.nextCursor };
    },

    /** A queued job ends at once, a running one as soon as its calls are aborted; an ended one stays as it is. */
    async cancel(scope: Scope, jobId: string): Promise<JobView> {
      const { projectId } = scope;
      const row = await requestCancel(db, projectId, jobId);
      if (!row) throw new ParetuneError('not_found', `there is no job "${jobId}" in this project`);
      if (row.status === 'queued')
        await endWithEvent(parts, { projectId, jobId }, { status: 'cancelled', stopReason: 'cancelled' });
      else await queue.cancel(jobId);
      return jobView((await find(scope, jobId)).row);
    },

    async eventsAfter(scope: Scope, jobId: string, id: number, limit: number): Promise<JobEventView[]> {
      return (await eventsAfter(db, scope.projectId, jobId, id, limit)).map(eventView);
    },

    subscribe: (jobId: string, wake: () => void): (() => void) => parts.feed.subscribe(jobId, wake),

    async hasEnded(scope: Scope, jobId: string): Promise<boolean> {
      const row = await getJobSummary(db, scope.projectId, jobId);
      return row === undefined || (row.status !== 'queued' && row.status !== 'running');
    },

    async curve(scope: Scope, jobId: string): Promise<CurvePointView[]> {
      await find(scope, jobId);
      return (await getCurve(db, scope.projectId, jobId)).map(curvePointView);
    },

    async candidates(scope: Scope, jobId: string): Promise<CandidateView[]> {
      const { job } = await find(scope, jobId);
      const curve = await getCurve(db, scope.projectId, jobId);
      return (await listCandidates(db, scope.projectId, jobId)).map((candidate) =>
        candidateView(candidate, job, curve),
      );
    },

    async candidate(scope: Scope, jobId: string, candidateId: string): Promise<CandidateDetail> {
      const { job } = await find(scope, jobId);
      const candidate = await candidateOf(scope, jobId, candidateId);
      const curve = await getCurve(db, scope.projectId, jobId);
      const rollouts = await allRollouts(scope, jobId, { candidate: candidateId, purpose: 'search' });
      return candidateDetail(
        candidateView(candidate, job, curve),
        job,
        rollouts,
        await rows(scope, job, ['train', 'validation']),
      );
    },

    /** Non-dominated candidates on their validation values, best headline first. */
    async frontier(scope: Scope, jobId: string): Promise<CurvePointView[]> {
      const { job } = await find(scope, jobId);
      const curve = await getCurve(db, scope.projectId, jobId);
      const baseline = curve.find((point) => point.candidateId === 'c0')?.objectives ?? {};
      return paretoFrontier(curve, job.objectives, baseline).map(curvePointView);
    },

    async rollouts(scope: Scope, jobId: string, filter: RolloutFilter): Promise<Page<RolloutView>> {
      await find(scope, jobId);
      const page = await listRollouts(db, scope.projectId, jobId, filter);
      return { items: page.items.map(rolloutView), nextCursor: page.nextCursor };
    },

    /** The best candidate so far; after the end, the winner with its figures on the sealed rows. */
    async best(scope: Scope, jobId: string): Promise<BestView> {
      const { row, job } = await find(scope, jobId);
      const candidate = await candidateOf(scope, jobId, bestId(row)).catch(() => {
        throw new ParetuneError(
          'conflict',
          `job "${jobId}" is ${row.status} and has measured nothing yet; try again later`,
        );
      });
      return {
        candidateId: candidate.id,
        prompt: withComponents(job.prompt, candidate.components),
        scores: { ...row.best?.scores },
        test: await sealedFigures(scope, jobId, job, row),
        verdict: jobView(row).verdict,
        isBaseline: candidate.id === 'c0',
      };
    },

    /** Adds a candidate to the registry as a draft version whose record points to the job. */
    async import(
      scope: Scope,
      jobId: string,
      request: ImportRequest,
    ): Promise<PromptVersion & { readonly created: boolean }> {
      const { row, job } = await find(scope, jobId);
      const wanted = request.candidate ?? 'best';
      const candidate = await candidateOf(scope, jobId, wanted === 'best' ? bestId(row) : wanted);
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

    /** Everything about the job, as data; renderers make Markdown, HTML or a terminal screen of it. */
    async report(scope: Scope, jobId: string): Promise<Report> {
      const { row, job } = await find(scope, jobId);
      const facts = await reportFacts(scope, row, job, {
        database,
        rows: (splits) => rows(scope, job, splits),
        rollouts: async (purpose, candidate) =>
          (await allRollouts(scope, jobId, { purpose, candidate })).map(toRollout),
      });
      return buildReport(facts);
    },
  };

  async function sealedFigures(
    scope: Scope,
    jobId: string,
    job: ResolvedJob,
    row: JobDetail,
  ): Promise<BestView['test']> {
    if (row.verdict === null || row.verdict.metrics.length === 0) return null;
    const confirmed = await allRollouts(scope, jobId, { purpose: 'confirmation' });
    const sealed = await rows(scope, job, ['test']);
    const figures = (candidateId: string) => {
      const own = confirmed.filter((rollout) => rollout.candidateId === candidateId).map(toRollout);
      return job.objectives.map(({ metric }) => ({ metric, summary: aggregateMetric(metricRef(metric), sealed, own) }));
    };
    const winner = figures(bestId(row));
    return {
      rows: sealed.length,
      baseline: Object.fromEntries(figures('c0').map(({ metric, summary }) => [metric, summary.value])),
      winner: Object.fromEntries(winner.map(({ metric, summary }) => [metric, summary.value])),
      intervals: Object.fromEntries(
        winner.map(({ metric, summary }) => [metric, summary.interval && { ...summary.interval }]),
      ),
    };
  }
}
