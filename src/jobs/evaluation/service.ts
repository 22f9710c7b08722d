import { contentHash } from '../../domain/content-hash.ts';
import type { Split } from '../../domain/dataset.ts';
import { fieldError, ParetuneError } from '../../domain/errors.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import type { JobStatus } from '../../domain/job.ts';
import { jsonObjectSchema } from '../../domain/json.ts';
import { withComponents } from '../../domain/prompt.ts';
import {
  type ComparisonView,
  type EvaluationView,
  evaluationResultSchema,
} from '../../domain/views/evaluation-view.ts';
import type { RolloutView } from '../../domain/views/job-view.ts';
import type { Page } from '../../store/cursor.ts';
import { evaluationHeads } from '../../store/evaluations.ts';
import { countSealedReads, listRollouts, type RolloutFilter } from '../../store/job-facts.ts';
import { getJobDetail, insertJob, type JobDetail, listJobs, requestCancel } from '../../store/jobs.ts';
import { measuredRollouts } from '../../store/measured-rollouts.ts';
import type { Scope } from '../../store/scope.ts';
import { endWithEvent } from '../end-of-job.ts';
import type { JobServiceParts } from '../service.ts';
import { createJobSources, rowsOfJob } from '../sources.ts';
import { bestId, findCandidate, findJob } from '../stored-job.ts';
import { rolloutView } from '../views.ts';
import { type ComparisonRequest, checkInCommon, compareMeasured, type Measured } from './comparison.ts';
import { type EvaluationResolution, resolveEvaluation } from './resolve.ts';
import { BASELINE, type ResolvedEvaluation, resolvedEvaluationSchema } from './resolved.ts';
import { rowsOfEvaluation } from './rows.ts';
import { evaluationView } from './views.ts';

/** The rows of a job on which candidates are compared; `open`: train and validation. */
export const COMPARED_SPLITS = ['validation', 'train', 'open', 'test'] as const;
type ComparedSplit = (typeof COMPARED_SPLITS)[number];

const decisionSchema = evaluationResultSchema.shape.decision;

export interface EvaluationListRequest {
  readonly status?: JobStatus | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export type EvaluationService = ReturnType<typeof createEvaluationService>;

/** Everything that users do with evaluations. Each function takes the scope first and sees nothing outside it. */
export function createEvaluationService(parts: JobServiceParts) {
  const { database, queue, clock } = parts;
  const { db } = database;

  const resolve = (scope: Scope, request: EvaluationRequest): Promise<EvaluationResolution> =>
    resolveEvaluation(request, {
      ...parts.resolve,
      sources: createJobSources(parts.registries, scope),
      jobCandidate: async (jobId, wanted) => {
        const { row, job } = await findJob(db, scope, jobId);
        const { id, components } = await findCandidate(db, scope, jobId, wanted === 'best' ? bestId(row) : wanted);
        return { source: { jobId, candidateId: id }, content: withComponents(job.prompt, components) };
      },
      sealedReads: (sha256) => countSealedReads(db, scope.projectId, sha256),
      datasetOfJob: async (jobId) => (await findJob(db, scope, jobId)).job.dataset.sha256,
    });

  async function find(
    scope: Scope,
    id: string,
  ): Promise<{ readonly row: JobDetail; readonly evaluation: ResolvedEvaluation }> {
    const row = await getJobDetail(db, scope.projectId, id, 'evaluation');
    if (!row) throw new ParetuneError('not_found', `there is no evaluation "${id}" in this project`);
    return { row, evaluation: resolvedEvaluationSchema.parse(row.resolved) };
  }

  async function get(scope: Scope, id: string): Promise<EvaluationView> {
    const { row, evaluation } = await find(scope, id);
    return evaluationView(row, evaluation, row.result, await judgesOf(scope, evaluation));
  }

  const judgesOf = (scope: Scope, { suite, models }: ResolvedEvaluation) =>
    createJobSources(parts.registries, scope).judges(suite, models.judge);

  /** What a candidate of an evaluation, or of a job on rows of a split, has measured. `path` is where the request names it. */
  async function measured(
    scope: Scope,
    subject: string,
    path: string,
    split: ComparedSplit = 'validation',
  ): Promise<Measured> {
    const [id = '', candidateId = '', ...rest] = subject.split('/');
    if (id === '' || candidateId === '' || rest.length > 0)
      throw fieldError(
        path,
        `"${subject}" must be <evaluation>/<candidate> or <job>/<candidate>, such as eval_1/c1`,
        'invalid_request',
      );
    const { projectId } = scope;
    const sources = createJobSources(parts.registries, scope);
    const rolloutsOf = async (rows: 'all' | 'open' | 'sealed') =>
      (await measuredRollouts(db, projectId, id, rows, [candidateId])).get(candidateId) ?? [];
    const row = await getJobDetail(db, projectId, id, 'evaluation');
    if (row) {
      const evaluation = resolvedEvaluationSchema.parse(row.resolved);
      if (!evaluation.prompts.some((prompt) => prompt.id === candidateId))
        throw new ParetuneError('not_found', `evaluation "${id}" has no candidate "${candidateId}"`);
      const { dataset, evaluatorVersions, repeats } = evaluation;
      const rollouts = (await rolloutsOf('all')).filter(({ repeat }) => repeat < repeats);
      const rows = (await rowsOfEvaluation(sources, { ...evaluation, ood: null })).dataset;
      return { subject, dataset, evaluatorVersions, rows, rollouts };
    }
    const { job } = await findJob(db, scope, id);
    await findCandidate(db, scope, id, candidateId);
    const splits: readonly Split[] = split === 'open' ? ['train', 'validation'] : [split];
    const bySplit = await rowsOfJob(sources, job, splits);
    return {
      subject,
      dataset: job.dataset,
      evaluatorVersions: job.evaluatorVersions,
      rows: splits.flatMap((each) => bySplit[each]),
      rollouts: await rolloutsOf(split === 'test' ? 'sealed' : 'open'),
    };
  }

  return {
    get,

    /** Two candidates of evaluations or jobs, from what was measured already. `split` is of jobs: an evaluation has its own. */
    async compare(
      scope: Scope,
      a: string,
      b: string,
      { split, ...request }: ComparisonRequest & { readonly split?: ComparedSplit | undefined },
    ): Promise<ComparisonView> {
      const sides = [await measured(scope, a, 'a', split), await measured(scope, b, 'b', split)] as const;
      const comparison = compareMeasured(...sides, request);
      checkInCommon(...sides);
      return comparison;
    },

    /** The rows of an evaluation on which a candidate differs from the baseline. */
    async rows(
      scope: Scope,
      id: string,
      candidate: string,
      request: ComparisonRequest,
    ): Promise<ComparisonView['rows']> {
      const { evaluation } = await find(scope, id);
      if (!evaluation.hasBaseline)
        throw new ParetuneError(
          'conflict',
          `evaluation "${id}" has no baseline that rows could be won from or lost to`,
        );
      const sides = [
        await measured(scope, `${id}/${BASELINE}`, 'id'),
        await measured(scope, `${id}/${candidate}`, 'candidate'),
      ] as const;
      return compareMeasured(...sides, { ...request, metric: request.metric ?? evaluation.headline }).rows;
    },

    async rollouts(scope: Scope, id: string, filter: RolloutFilter): Promise<Page<RolloutView>> {
      await find(scope, id);
      const found = await listRollouts(db, scope.projectId, id, filter);
      return { items: found.items.map(rolloutView), nextCursor: found.nextCursor };
    },

    /** Stores the resolved evaluation and queues it, both or neither. */
    async submit(scope: Scope, request: EvaluationRequest): Promise<EvaluationView> {
      const { warnings, prices, keep } = await resolve(scope, request);
      const evaluation = await keep();
      const id = parts.ids.next('eval');
      await database.transaction(async (tx) => {
        await insertJob(tx, {
          id,
          projectId: scope.projectId,
          kind: 'evaluation',
          name: evaluation.name,
          // Inline rows are dataset versions by now.
          request: {
            ...request,
            dataset: evaluation.dataset.ref,
            ...(request.ood && evaluation.ood && { ood: { ...request.ood, dataset: evaluation.ood.ref } }),
          },
          resolved: jsonObjectSchema.parse(evaluation),
          resolvedHash: contentHash(evaluation),
          seed: evaluation.seed,
          budget: evaluation.budget,
          warnings: [...warnings],
          prices,
          createdAt: clock.now(),
        });
        await queue.enqueue(id, tx);
      });
      return get(scope, id);
    },

    /** Newest first, without figures. */
    async list(scope: Scope, request: EvaluationListRequest): Promise<Page<EvaluationView>> {
      const { items, nextCursor } = await listJobs(db, scope.projectId, { ...request, kind: 'evaluation' });
      const heads = new Map(
        (
          await evaluationHeads(
            db,
            scope.projectId,
            items.map(({ id }) => id),
          )
        ).map((head) => [head.id, head]),
      );
      const views = await Promise.all(
        items.map(async (row) => {
          const head = heads.get(row.id);
          if (!head) return [];
          const evaluation = resolvedEvaluationSchema.parse(head.resolved);
          const decision = decisionSchema.parse(head.decision);
          const judges = await judgesOf(scope, evaluation);
          return [{ ...evaluationView(row, evaluation, { decision }, judges), resolved: {} }];
        }),
      );
      return { items: views.flat(), nextCursor };
    },

    /** A queued evaluation ends at once, a running one as soon as its calls are aborted; an ended one stays as it is. */
    async cancel(scope: Scope, id: string): Promise<EvaluationView> {
      const { projectId } = scope;
      const row = await requestCancel(db, projectId, id, 'evaluation');
      if (!row) throw new ParetuneError('not_found', `there is no evaluation "${id}" in this project`);
      if (row.status === 'queued')
        await endWithEvent(parts, { projectId, jobId: id }, { status: 'cancelled', stopReason: 'cancelled' });
      else await queue.cancel(id);
      return get(scope, id);
    },
  };
}
