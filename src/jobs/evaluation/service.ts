import { ParetuneError } from '../../domain/errors.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import type { JobStatus } from '../../domain/job.ts';
import { contentHash, jsonObjectSchema } from '../../domain/json.ts';
import { withComponents } from '../../domain/prompt.ts';
import { type EvaluationView, evaluationResultSchema } from '../../domain/views/evaluation-view.ts';
import type { Page } from '../../store/cursor.ts';
import { evaluationHeads } from '../../store/evaluations.ts';
import { countSealedReads } from '../../store/job-facts.ts';
import { getJobDetail, insertJob, type JobDetail, listJobs, requestCancel } from '../../store/jobs.ts';
import type { Scope } from '../../store/scope.ts';
import { endWithEvent } from '../end-of-job.ts';
import type { JobServiceParts } from '../service.ts';
import { createJobSources } from '../sources.ts';
import { bestId, findCandidate, findJob } from '../stored-job.ts';
import { type EvaluationResolution, resolveEvaluation } from './resolve.ts';
import { type ResolvedEvaluation, resolvedEvaluationSchema } from './resolved.ts';
import { evaluationView } from './views.ts';

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
    return evaluationView(row, evaluation, row.result);
  }

  return {
    get,

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
      return {
        items: items.flatMap((row) => {
          const head = heads.get(row.id);
          if (!head) return [];
          const evaluation = resolvedEvaluationSchema.parse(head.resolved);
          const decision = decisionSchema.parse(head.decision);
          return [{ ...evaluationView(row, evaluation, { decision }), resolved: {} }];
        }),
        nextCursor,
      };
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
