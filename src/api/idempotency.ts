import { createHash, type Hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { contentHash } from '../domain/content-hash.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import {
  claimIdempotent,
  completeIdempotent,
  type IdempotentRequest,
  releaseIdempotent,
} from '../store/idempotency.ts';
import { withoutValues } from '../store/store-error.ts';
import { scopeOf } from './auth.ts';

/** A request that is the first with its key. */
interface Claim extends IdempotentRequest {
  /** SHA-256 over the bytes of a streamed body, once they have passed. */
  streamSha256: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    claim: Claim | null;
  }
  interface FastifyContextConfig {
    /**
     * The route takes an `Idempotency-Key`. `stream`: the body is a stream, so bodies are compared by the bytes that passed. A function
     * says whether this request creates anything.
     */
    idempotent?: true | 'stream' | ((request: FastifyRequest) => boolean);
  }
}

const answerSchema = z.object({
  payload: z.string(),
  contentType: z.string(),
  location: z.string().nullable(),
  streamSha256: z.string().nullable(),
});

/**
 * `Idempotency-Key` for every route that asks for it. The first answer is kept, word for word, before it is sent, and given again with
 * the header `idempotency-replayed: true`. Compared are the query and the parsed body, so that the order of fields is free.
 *
 * - While the first request is under way a second one gets 409 with `retry-after`.
 * - A refusal (4xx) is an answer like any other. After a failure on our side (5xx) the key is free again.
 * - Of an upload nothing but a hash is kept: the claim is made on its content type and query, and a repetition is read to its end and
 *   compared by its bytes. Any failed upload frees the key, because a corrected file has other bytes.
 */
export function installIdempotency(server: FastifyInstance, { db }: Database, clock: Clock): void {
  server.decorateRequest('claim', null);

  server.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { idempotent } = request.routeOptions.config;
    if (typeof key !== 'string' || !idempotent || (typeof idempotent === 'function' && !idempotent(request))) return;
    const stream = idempotent === 'stream';
    const claim: Claim = {
      projectId: scopeOf(request).projectId,
      key,
      operation: `${request.method} ${request.url.split('?')[0]}`,
      bodyHash: contentHash({
        query: request.query,
        body: stream ? request.headers['content-type'] : (request.body ?? null),
      }),
      streamSha256: null,
    };
    const first = await claimIdempotent(db, identity(claim), clock.now()).catch((error: unknown) => {
      if (error instanceof ParetuneError && error.code === 'conflict') reply.header('retry-after', '1');
      throw error;
    });
    if (!first) {
      request.claim = claim;
      return;
    }
    const answer = answerSchema.parse(first.response);
    if (stream) await compareStream(request, answer.streamSha256);
    return replay(reply, first.status, answer);
  });

  server.addHook('onSend', async (request, reply, payload) => {
    const { claim } = request;
    if (!claim) return payload;
    request.claim = null;
    const status = reply.statusCode;
    const failed = status >= 500 || (status >= 400 && request.routeOptions.config.idempotent === 'stream');
    try {
      if (failed) await releaseIdempotent(db, identity(claim));
      else {
        const location = reply.getHeader('location');
        const response = {
          payload: typeof payload === 'string' ? payload : '',
          contentType: String(reply.getHeader('content-type') ?? 'application/json'),
          location: typeof location === 'string' ? location : null,
          streamSha256: claim.streamSha256,
        };
        await completeIdempotent(db, identity(claim), { status, response });
      }
    } catch (error) {
      // What was asked for is done: the answer must not turn into a failure. The claim ends by its age.
      request.log.error({ err: withoutValues(error) }, 'could not keep the first answer');
    }
    return payload;
  });
}

const identity = ({ projectId, key, operation, bodyHash }: Claim): IdempotentRequest => ({
  projectId,
  key,
  operation,
  bodyHash,
});

function replay(reply: FastifyReply, status: number, answer: z.infer<typeof answerSchema>): FastifyReply {
  if (answer.location !== null) reply.header('location', answer.location);
  return reply
    .status(status)
    .header('idempotency-replayed', 'true')
    .type(answer.contentType)
    .serializer(() => answer.payload)
    .send(answer);
}

async function compareStream(request: FastifyRequest, expected: string | null): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of streamed(request, hash)) void piece;
  if (hash.digest('hex') === expected) return;
  throw new ParetuneError(
    'idempotency_conflict',
    `Idempotency-Key "${String(request.headers['idempotency-key'])}" was used for ${request.url.split('?')[0]} with another body: send a new key with a new body`,
  );
}

/** The bytes of a streamed body. A reader that stops early leaves the connection whole, so that it can still be answered. */
export async function* streamed(request: FastifyRequest, hash?: Hash): AsyncGenerator<Buffer> {
  for await (const piece of request.raw.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('a body is a stream of bytes');
    hash?.update(piece);
    yield piece;
  }
}
