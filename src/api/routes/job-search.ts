import { z } from 'zod';
import { REFUSALS } from '../../domain/candidate.ts';
import {
  changeViewSchema,
  jobRowViewSchema,
  lineageViewSchema,
  refusalsViewSchema,
  standingsViewSchema,
} from '../../domain/views/search-view.ts';
import { STANDING_KINDS } from '../../jobs/standings.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idParams, noQuery, pageOf, pageQuery, problems, storedId } from '../route-docs.ts';

const tags = ['jobs'];

/** Names with commas between them. */
const names = (description: string) =>
  storedId(500)
    .optional()
    .transform((text) => text?.split(',').filter((name) => name !== ''))
    .describe(description);

/** The search of a job as a whole: thousands of candidates at once, without their texts. */
export function jobSearchRoutes(api: Api, { jobs: { results } }: ApiDeps): void {
  api.get(
    '/jobs/:id/standings',
    {
      schema: {
        tags,
        summary: 'Candidates without their texts, with where they stand: sorted, filtered and counted',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          sort: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .describe(
              '`proposed` (default), `score`, `tokens`, `fate`, `operator`, or the metric of an objective. Candidates without a value come last.',
            ),
          order: z
            .enum(['asc', 'desc'])
            .optional()
            .describe('Default: better first for scores and objectives, else ascending.'),
          fate: names('Only these fates, with commas between them; `undecided` for candidates without one.'),
          operator: names('Only these operators, with commas between them.'),
          kind: z.enum(STANDING_KINDS).optional().describe('Only those that are ranked on such rows, or not at all.'),
          parent: storedId(100).optional().describe('Only those that were made from this candidate.'),
        }),
        response: { 200: standingsViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await results.standings(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/jobs/:id/lineage',
    {
      schema: {
        tags,
        summary: 'The way to the best candidate, with counts of what led nowhere',
        description: 'A candidate stands under its first parent. `under` answers with the children of one.',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          under: storedId(100).optional().describe('A candidate whose children to list, in order of proposal.'),
        }),
        response: { 200: lineageViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await results.lineage(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/jobs/:id/refusals',
    {
      schema: {
        tags,
        summary: 'Proposals that were refused before they cost a rollout, in order, and how often for which reason',
        params: idParams,
        querystring: z.strictObject({
          ...pageQuery,
          refusal: z.enum(REFUSALS).optional(),
          parent: storedId(100).optional().describe('Only proposals from this candidate.'),
        }),
        response: { 200: refusalsViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await results.refusals(scopeOf(request), request.params.id, request.query)),
  );

  api.get(
    '/jobs/:id/candidates/:candidate/changes',
    {
      schema: {
        tags,
        summary: 'What a candidate differs in from the baseline: where each change came from, and whether it is needed',
        description: "Made to the baseline, the changes give the candidate's texts.",
        params: z.strictObject({ ...idParams.shape, candidate: storedId(100) }),
        querystring: noQuery,
        response: { 200: pageOf(changeViewSchema), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { id, candidate } = request.params;
      return reply.code(200).send({ items: await results.changes(scopeOf(request), id, candidate), nextCursor: null });
    },
  );

  api.get(
    '/jobs/:id/rows/:row',
    {
      schema: {
        tags,
        summary: 'A row of the dataset, in the split that it has in this job',
        params: z.strictObject({ ...idParams.shape, row: storedId(200) }),
        querystring: noQuery,
        response: { 200: jobRowViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { id, row } = request.params;
      return reply.code(200).send(await results.row(scopeOf(request), id, row));
    },
  );
}
