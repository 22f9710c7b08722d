import { z } from 'zod';
import { ROLLOUT_PURPOSES } from '../../domain/record.ts';
import {
  bestViewSchema,
  candidateDetailSchema,
  candidateViewSchema,
  curvePointViewSchema,
  rolloutViewSchema,
} from '../../domain/views/job-view.ts';
import { renderHtml } from '../../jobs/report/html.ts';
import { renderMarkdown } from '../../jobs/report/markdown.ts';
import { preferredType } from '../accept.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idParams, noQuery, pageOf, pageQuery, problems, storedId } from '../route-docs.ts';
import { PAGE_POLICY } from '../security-headers.ts';

const tags = ['jobs'];
const candidateParams = z.strictObject({ ...idParams.shape, candidate: storedId(100) });

const reportSchema = z
  .looseObject({ outcome: z.looseObject({}), winnerId: z.string(), nextSteps: z.array(z.string()) })
  .describe('Everything that the Markdown and HTML forms say, as data.')
  .meta({ id: 'Report' });

/** What a job has found. */
export function jobResultRoutes(api: Api, { jobs: { results } }: ApiDeps): void {
  api.get(
    '/jobs/:id/best',
    {
      schema: {
        tags,
        summary: 'The best candidate so far; after the end, the winner with its figures on the sealed rows',
        params: idParams,
        querystring: noQuery,
        response: { 200: bestViewSchema, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => reply.code(200).send(await results.best(scopeOf(request), request.params.id)),
  );

  api.get(
    '/jobs/:id/curve',
    {
      schema: {
        tags,
        summary: 'The score curve: best so far against what was spent',
        params: idParams,
        querystring: z.strictObject({
          points: z.coerce
            .number()
            .int()
            .min(2)
            .max(5000)
            .optional()
            .describe(
              'About so many points, spread over the curve; every one at which the best so far changes is among them, even when these are more. Default: all.',
            ),
        }),
        response: { 200: pageOf(curvePointViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const items = await results.curve(scopeOf(request), request.params.id, request.query.points);
      return reply.code(200).send({ items, nextCursor: null });
    },
  );

  api.get(
    '/jobs/:id/frontier',
    {
      schema: {
        tags,
        summary: 'Non-dominated candidates on validation, best headline first',
        params: idParams,
        querystring: noQuery,
        response: { 200: pageOf(curvePointViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send({ items: await results.frontier(scopeOf(request), request.params.id), nextCursor: null }),
  );

  api.get(
    '/jobs/:id/candidates',
    {
      schema: {
        tags,
        summary: 'Candidates in order of proposal, with their texts, lineage, reason and fate',
        description:
          'All of them, unless `limit` or `cursor` is given. `GET /v1/jobs/{id}/standings` has thousands without their texts, sorted and filtered.',
        params: idParams,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(candidateViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await results.candidates(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/jobs/:id/candidates/:candidate',
    {
      schema: {
        tags,
        summary: 'One candidate with its scores by evaluator and cohort',
        params: candidateParams,
        querystring: noQuery,
        response: { 200: candidateDetailSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { id, candidate } = request.params;
      return reply.code(200).send(await results.candidate(scopeOf(request), id, candidate));
    },
  );

  api.get(
    '/jobs/:id/rollouts',
    {
      schema: {
        tags,
        summary: 'Rollouts with their scores, by candidate, row and repeat',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          candidate: storedId(100).optional(),
          row: storedId(200).optional(),
          purpose: z.enum(ROLLOUT_PURPOSES).optional(),
        }),
        response: { 200: pageOf(rolloutViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await results.rollouts(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/jobs/:id/report',
    {
      schema: {
        tags,
        summary: 'The report of a job',
        description: 'JSON, Markdown or a self-contained HTML page with the curve as SVG, by `Accept`.',
        params: idParams,
        querystring: noQuery,
        response: {
          200: {
            description: 'The report.',
            content: {
              'application/json': { schema: reportSchema },
              'text/markdown': { schema: z.string() },
              'text/html': { schema: z.string() },
            },
          },
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const type = preferredType(request.headers.accept, ['application/json', 'text/markdown', 'text/html']);
      const report = await results.report(scopeOf(request), request.params.id);
      const text =
        type === 'application/json'
          ? JSON.stringify(report)
          : type === 'text/markdown'
            ? renderMarkdown(report)
            : renderHtml(report);
      return reply
        .code(200)
        .header('vary', 'accept')
        .header('content-security-policy', PAGE_POLICY)
        .type(`${type}; charset=utf-8`)
        .send(text);
    },
  );
}
