import { z } from 'zod';
import { fieldError } from '../../domain/errors.ts';
import { keyRequestSchema, keyViewSchema, newKeySchema } from '../../domain/views/key-view.ts';
import { createKeyRegistry } from '../../registry/key-registry.ts';
import { callerOf } from '../auth.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idParams, noQuery, pageOf, problems } from '../route-docs.ts';

const tags = ['keys'];
/** Only admins see and manage keys. */
const config = { access: 'admin' } as const;

const selfQuery = z.strictObject({
  self: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe('Revoke even the key of this request.'),
});

export function keyRoutes(api: Api, { database, clock }: ApiDeps): void {
  const keys = createKeyRegistry(database, clock);

  api.get(
    '/keys',
    {
      config,
      schema: {
        tags,
        summary: 'API keys of the project, oldest first',
        description: 'Revoked ones too. No answer has a secret.',
        querystring: noQuery,
        response: { 200: pageOf(keyViewSchema), ...problems(400) },
      },
    },
    async (request, reply) => reply.code(200).send({ items: await keys.list(callerOf(request)), nextCursor: null }),
  );

  api.post(
    '/keys',
    {
      config,
      schema: {
        tags,
        summary: 'Make an API key',
        description:
          'For the project of the caller. The answer has the secret, this once. `Idempotency-Key` is refused: the first answer would have to be kept, and the secret with it.',
        querystring: noQuery,
        body: keyRequestSchema,
        response: { 201: newKeySchema, ...problems(400, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      if (request.headers['idempotency-key'] !== undefined) {
        throw fieldError(
          'idempotency-key',
          'is not taken here: an answer with a secret is not kept; look into GET /v1/keys after a lost answer and revoke what nobody has',
          'invalid_request',
        );
      }
      const made = await keys.create(callerOf(request), request.body);
      return reply.code(201).header('location', '/v1/keys').send(made);
    },
  );

  api.delete(
    '/keys/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Revoke an API key',
        description:
          'It is refused within a second, for good. The key of the request itself is revoked only with `self=true`, and never the last admin key of a project.',
        params: idParams,
        querystring: selfQuery,
        response: { 204: z.null().describe('Revoked.'), ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      await keys.revoke(callerOf(request), request.params.id, request.query.self ?? false);
      return reply.code(204).send(null);
    },
  );
}
