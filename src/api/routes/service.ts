import { z } from 'zod';
import { ParetuneError } from '../../domain/errors.ts';
import { withoutValues } from '../../store/store-error.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { problems } from '../route-docs.ts';

const tags = ['service'];
const okSchema = z.object({ status: z.literal('ok') });

/** Liveness and readiness. They need no key. */
export function serviceRoutes(api: Api, { ready }: ApiDeps): void {
  api.get(
    '/healthz',
    {
      logLevel: 'warn',
      schema: { tags, summary: 'The process answers', security: [], response: { 200: okSchema } },
    },
    async (_request, reply) => reply.code(200).send({ status: 'ok' }),
  );

  api.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: { tags, summary: 'Jobs can be taken', security: [], response: { 200: okSchema, ...problems() } },
    },
    async (request, reply) => {
      try {
        await ready();
      } catch (error) {
        request.log.warn({ err: withoutValues(error) }, 'not ready');
        throw new ParetuneError('unavailable', 'the service is not ready to take jobs; try again shortly');
      }
      return reply.code(200).send({ status: 'ok' });
    },
  );
}
