import { z } from 'zod';
import { calibrationRequestSchema } from '../../domain/calibration.ts';
import { JOB_STATUSES } from '../../domain/job.ts';
import { type CalibrationView, calibrationViewSchema } from '../../domain/views/calibration-view.ts';
import { scopeOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import type { JobReads } from '../job-reads.ts';
import { idempotencyHeaders, idParams, noQuery, pageOf, pageQuery, problems } from '../route-docs.ts';

const tags = ['calibrations'];

/** Comparisons of judges with human labels. Their cards are in judges.ts. */
export function calibrationRoutes(api: Api, { calibrations }: ApiDeps, reads: JobReads<CalibrationView>): void {
  api.post(
    '/judges/calibrate',
    {
      config: { idempotent: true },
      schema: {
        tags,
        summary: 'Compare a judge with human labels',
        description:
          'The card is that of `GET /v1/calibrations/{id}` after its end. After one that ended without a card, the same request goes on from there without paying twice.',
        querystring: noQuery,
        headers: idempotencyHeaders,
        body: calibrationRequestSchema,
        response: { 202: calibrationViewSchema, ...problems(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const calibration = await calibrations.submit(scopeOf(request), request.body);
      return reply.code(202).header('location', `/v1/calibrations/${calibration.id}`).send(calibration);
    },
  );

  api.get(
    '/calibrations',
    {
      schema: {
        tags,
        summary: 'Calibrations, newest first',
        description: 'Without cards, and with an empty `resolved`; `GET /v1/calibrations/{id}` has them.',
        querystring: z.strictObject({ ...pageQuery, status: z.enum(JOB_STATUSES).optional() }),
        response: { 200: pageOf(calibrationViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => reply.code(200).send(await calibrations.list(scopeOf(request), request.query)),
  );

  api.get(
    '/calibrations/:id',
    {
      schema: {
        tags,
        summary: 'A calibration as it stands; after its end with the card of the judge',
        params: idParams,
        querystring: noQuery,
        response: { 200: calibrationViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send((await reads.state(scopeOf(request), request.params.id)).view),
  );

  api.post(
    '/calibrations/:id/cancel',
    {
      schema: {
        tags,
        summary: 'End a calibration',
        description:
          'A queued one ends at once, a running one as soon as its calls are aborted, an ended one stays as it is.',
        params: idParams,
        querystring: noQuery,
        response: { 200: calibrationViewSchema, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.code(200).send(await calibrations.cancel(scopeOf(request), request.params.id)),
  );
}
