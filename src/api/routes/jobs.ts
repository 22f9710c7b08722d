import { z } from 'zod';
import { JOB_STATUSES, jobRequestSchema } from '../../domain/job.ts';
import { nameSchema } from '../../domain/prompt.ts';
import { dryRunViewSchema, type JobView, jobViewSchema } from '../../domain/views/job-view.ts';
import { promptVersionViewSchema } from '../../domain/views/registry-view.ts';
import { replayViewSchema } from '../../domain/views/replay-view.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import type { JobReads } from '../job-reads.ts';
import { promptVersionView } from '../registry-views.ts';
import { idempotencyHeaders, idParams, noQuery, pageOf, pageQuery, problems } from '../route-docs.ts';

const tags = ['jobs'];

const dryRunQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: answer 200 with the resolved job, warnings and the estimate; nothing runs.'),
});

const importRequestSchema = z
  .strictObject({
    candidate: z.string().min(1).max(100).optional().describe('A candidate id; default `best`.'),
    prompt: nameSchema.optional().describe('Where the version goes; default: the prompt that the job optimized.'),
    message: z.string().max(2000).optional(),
    author: z.string().max(200).optional(),
  })
  .meta({ id: 'ImportRequest' });

/** Jobs themselves: submit, list, poll, cancel, replay, import. What they found is in job-results.ts. */
export function jobRoutes(api: Api, { jobs, replays }: ApiDeps, reads: JobReads<JobView>): void {
  api.post(
    '/jobs',
    {
      config: { idempotent: ({ query }) => !isDryRun(query) },
      schema: {
        tags,
        summary: 'Submit a job',
        querystring: dryRunQuery,
        headers: idempotencyHeaders,
        body: jobRequestSchema,
        response: { 200: dryRunViewSchema, 202: jobViewSchema, ...problems(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      if (isDryRun(request.query)) return reply.code(200).send(await jobs.dryRun(scope, request.body));
      const job = await jobs.submit(scope, request.body);
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(job);
    },
  );

  api.get(
    '/jobs',
    {
      schema: {
        tags,
        summary: 'Jobs, newest first',
        description: '`resolved` is empty here; `GET /v1/jobs/{id}` has it.',
        querystring: z.strictObject({
          ...pageQuery,
          status: z.enum(JOB_STATUSES).optional(),
          prompt: nameSchema.optional().describe('Name of the optimized prompt.'),
        }),
        response: { 200: pageOf(jobViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => reply.code(200).send(await jobs.list(scopeOf(request), request.query)),
  );

  api.get(
    '/jobs/:id',
    {
      schema: {
        tags,
        summary: 'A job as it stands',
        params: idParams,
        querystring: noQuery,
        response: { 200: jobViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      // Polled by many: one read and one text for all who ask at the same time.
      const { view, json } = await reads.state(scopeOf(request), request.params.id);
      return reply
        .code(200)
        .type('application/json; charset=utf-8')
        .serializer(() => json)
        .send(view);
    },
  );

  api.post(
    '/jobs/:id/cancel',
    {
      schema: {
        tags,
        summary: 'End a job',
        description:
          'A queued job ends at once, a running one as soon as its calls are aborted, an ended one stays as it is.',
        params: idParams,
        querystring: noQuery,
        response: { 200: jobViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send(await jobs.cancel(scopeOf(request), request.params.id)),
  );

  api.post(
    '/jobs/:id/replay',
    {
      schema: {
        tags,
        summary: 'Run a job again from its journal, and compare',
        description:
          'Without any call to a provider, and without a trace in the record of the job. A job that has not succeeded is refused. The problem `journal_miss` names the first call that the journal does not have.',
        params: idParams,
        querystring: z.strictObject({
          mode: z
            .enum(['journal'])
            .default('journal')
            .describe('Where answers come from: the journal of the job alone.'),
        }),
        response: { 200: replayViewSchema, ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => reply.code(200).send(await replays.fromJournal(scopeOf(request), request.params.id)),
  );

  api.post(
    '/jobs/:id/import',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Add a candidate to the registry as a draft version',
        params: idParams,
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: importRequestSchema.nullish(),
        response: {
          200: promptVersionViewSchema,
          201: promptVersionViewSchema,
          ...problems(400, 404, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      const { created, ...version } = await jobs.import(scope, request.params.id, request.body ?? {});
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/prompts/${version.name}/versions/${version.version}`)
        .send(promptVersionView(version));
    },
  );
}

function isDryRun(query: unknown): boolean {
  return typeof query === 'object' && query !== null && 'dryRun' in query && query.dryRun === 'true';
}
