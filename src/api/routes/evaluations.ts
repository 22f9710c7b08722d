import { z } from 'zod';
import { evaluationRequestSchema } from '../../domain/evaluation.ts';
import { JOB_STATUSES } from '../../domain/job.ts';
import { type EvaluationView, evaluationViewSchema } from '../../domain/views/evaluation-view.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import type { JobReads } from '../job-reads.ts';
import { idempotencyHeaders, idParams, noQuery, pageOf, pageQuery, problems } from '../route-docs.ts';

const tags = ['evaluations'];

/** Prompts measured and judged without a search. */
export function evaluationRoutes(api: Api, { evaluations }: ApiDeps, reads: JobReads<EvaluationView>): void {
  api.post(
    '/evaluations',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Evaluate prompts: measure them, compare them with a baseline, judge them by gates',
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: evaluationRequestSchema,
        response: { 202: evaluationViewSchema, ...problems(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const evaluation = await evaluations.submit(scopeOf(request), request.body);
      return reply.code(202).header('location', `/v1/evaluations/${evaluation.id}`).send(evaluation);
    },
  );

  api.get(
    '/evaluations',
    {
      schema: {
        tags,
        summary: 'Evaluations, newest first',
        description: 'Without figures, and with an empty `resolved`; `GET /v1/evaluations/{id}` has them.',
        querystring: z.strictObject({ ...pageQuery, status: z.enum(JOB_STATUSES).optional() }),
        response: { 200: pageOf(evaluationViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => reply.code(200).send(await evaluations.list(scopeOf(request), request.query)),
  );

  api.get(
    '/evaluations/:id',
    {
      schema: {
        tags,
        summary: 'An evaluation as it stands; after its end with figures, comparisons and decisions',
        params: idParams,
        querystring: noQuery,
        response: { 200: evaluationViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send((await reads.state(scopeOf(request), request.params.id)).view),
  );

  api.post(
    '/evaluations/:id/cancel',
    {
      schema: {
        tags,
        summary: 'End an evaluation',
        description:
          'A queued one ends at once, a running one as soon as its calls are aborted, an ended one stays as it is.',
        params: idParams,
        querystring: noQuery,
        response: { 200: evaluationViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send(await evaluations.cancel(scopeOf(request), request.params.id)),
  );
}
