import { z } from 'zod';
import { jobRequestSchema } from '../../domain/job.ts';
import { jobViewSchema, scheduleRequestSchema, scheduleViewSchema } from '../../domain/views/job-view.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idempotencyHeaders, idParams, listQuery, noQuery, pageOf, problems } from '../route-docs.ts';

const tags = ['schedules'];

const bodySchema = scheduleRequestSchema
  .extend({ job: jobRequestSchema.describe('The body of POST /v1/jobs; references are resolved anew at each run.') })
  .meta({ id: 'ScheduleBody' });

const { name, cron, timezone, when, import: importWinner, enabled, job } = bodySchema.shape;
/** Fields to change. No defaults: what is not named stays. */
const changeSchema = z
  .strictObject({
    name: name.exactOptional(),
    cron: cron.exactOptional(),
    timezone: timezone.unwrap().exactOptional(),
    job: job.exactOptional(),
    when: when.unwrap().exactOptional(),
    import: importWinner.unwrap().exactOptional(),
    enabled: enabled.unwrap().exactOptional(),
  })
  .meta({ id: 'ScheduleChange' });

export function scheduleRoutes(api: Api, { schedules }: ApiDeps): void {
  api.post(
    '/schedules',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Submit a job at every occurrence of a cron expression',
        params: z.strictObject({}),
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: bodySchema,
        response: { 201: scheduleViewSchema, ...problems(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const schedule = await schedules.create(scopeOf(request), request.body);
      return reply.code(201).header('location', `/v1/schedules/${schedule.id}`).send(schedule);
    },
  );

  api.get(
    '/schedules',
    {
      schema: {
        tags,
        summary: 'Schedules by name',
        querystring: listQuery,
        response: { 200: pageOf(scheduleViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => reply.code(200).send(await schedules.list(scopeOf(request), request.query)),
  );

  api.get(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'One schedule',
        params: idParams,
        querystring: noQuery,
        response: { 200: scheduleViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send(await schedules.get(scopeOf(request), request.params.id)),
  );

  api.patch(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'Change a schedule',
        description: 'Fields that are not named stay as they are.',
        params: idParams,
        querystring: noQuery,
        body: changeSchema,
        response: { 200: scheduleViewSchema, ...problems(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) =>
      reply.code(200).send(await schedules.update(scopeOf(request), request.params.id, request.body)),
  );

  api.delete(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'Remove a schedule; its jobs stay',
        params: idParams,
        querystring: noQuery,
        response: { 204: z.null().describe('Removed.'), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      await schedules.remove(scopeOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/schedules/:id/run',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Run a schedule now',
        params: idParams,
        querystring: noQuery,
        headers: idempotencyHeaders,
        response: {
          202: jobViewSchema,
          204: z.null().describe('`when` is `changed`, and nothing has changed since the last run: no job.'),
          ...problems(400, 404, 409, 422),
        },
      },
    },
    async (request, reply) => {
      const submitted = await schedules.runNow(scopeOf(request), request.params.id);
      if (!submitted) return reply.code(204).send(null);
      return reply.code(202).header('location', `/v1/jobs/${submitted.id}`).send(submitted);
    },
  );
}
