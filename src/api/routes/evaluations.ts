import { z } from 'zod';
import { evaluationRequestSchema } from '../../domain/evaluation.ts';
import { JOB_STATUSES } from '../../domain/job.ts';
import {
  comparedRowSchema,
  comparisonViewSchema,
  type EvaluationView,
  evaluationViewSchema,
  ROW_OUTCOMES,
} from '../../domain/views/evaluation-view.ts';
import { rolloutViewSchema } from '../../domain/views/job-view.ts';
import { ROW_ORDERS } from '../../jobs/evaluation/comparison.ts';
import { COMPARED_SPLITS } from '../../jobs/evaluation/service.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import type { JobReads } from '../job-reads.ts';
import { idempotencyHeaders, idParams, noQuery, pageOf, pageQuery, problems, storedId } from '../route-docs.ts';

const tags = ['evaluations'];

const rowQuery = {
  metric: z
    .string()
    .min(1)
    .optional()
    .describe('What rows are compared in; default: the headline, else the first evaluator.'),
  outcome: z.enum(ROW_OUTCOMES).optional().describe('Only these rows.'),
  cohort: z
    .string()
    .min(3)
    .max(500)
    .optional()
    .describe('`<field>=<value>`: only rows of that cohort, as `cohorts` of a comparison names them.'),
  category: z.string().min(1).max(200).optional().describe('Only rows on which this went wrong on either side.'),
  sort: z
    .enum(ROW_ORDERS)
    .optional()
    .describe(
      '`row` (default): as in the dataset. `lost`: lost rows first, then won, tied, missing; the largest difference first.',
    ),
};

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

  api.get(
    '/evaluations/:id/rows',
    {
      schema: {
        tags,
        summary: 'The rows of an evaluation: won from the baseline, lost to it, tied or missing',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          candidate: storedId(100).default('c1').describe('Default `c1`, the first candidate.'),
          ...rowQuery,
        }),
        response: { 200: pageOf(comparedRowSchema), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { candidate, ...query } = request.query;
      return reply.code(200).send(await evaluations.rows(scopeOf(request), request.params.id, candidate, query));
    },
  );

  api.get(
    '/evaluations/:id/rollouts',
    {
      schema: {
        tags,
        summary: 'Rollouts with their scores, by candidate, row and repeat',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          candidate: storedId(100).optional(),
          row: storedId(210).optional().describe('Rows of the other dataset begin with `ood/`.'),
        }),
        response: { 200: pageOf(rolloutViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await evaluations.rollouts(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/comparisons',
    {
      schema: {
        tags,
        summary: 'Two candidates of evaluations or jobs, row by row, from what was measured already',
        description:
          'Of a job the validation rows, unless `split` says otherwise. Refused for scores of other rows, and for scores of an evaluator that was another version then.',
        querystring: z.strictObject({
          ...pageQuery,
          a: storedId(210).describe('`<evaluation or job>/<candidate>`.'),
          b: storedId(210).describe('`<evaluation or job>/<candidate>`.'),
          split: z
            .enum(COMPARED_SPLITS)
            .optional()
            .describe(
              'Rows of a job; `open` are train and validation, `test` the sealed rows of its confirmation. Default `validation`. An evaluation has its own.',
            ),
          ...rowQuery,
        }),
        response: { 200: comparisonViewSchema, ...problems(400, 404, 422) },
      },
    },
    async (request, reply) => {
      const { a, b, ...query } = request.query;
      return reply.code(200).send(await evaluations.compare(scopeOf(request), a, b, query));
    },
  );
}
