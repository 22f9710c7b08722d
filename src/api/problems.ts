import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ERRORS, type ErrorCode, type FieldError, ParetuneError } from '../domain/errors.ts';
import { MODEL_ROLES } from '../domain/model.ts';
import { isConnectionError, withoutValues } from '../store/store-error.ts';

/** RFC 9457 problem details. */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:paretune:error:<code>`; the codes are in the reference of errors.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Broken fields: `path` in the spelling of the request, `message` with the value and the fix.'),
    miss: z
      .object({ role: z.enum(MODEL_ROLES), purpose: z.string(), callId: z.string() })
      .optional()
      .describe('Of `journal_miss`: the first call that the journal does not have.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_TYPE = 'application/problem+json';

function problemOf(code: ErrorCode, detail: string, errors: readonly FieldError[] = []): Problem {
  const { status, title } = ERRORS[code];
  return {
    type: `urn:paretune:error:${code}`,
    title,
    status,
    detail,
    ...(errors.length > 0 && { errors: [...errors] }),
  };
}

const MIB = 1024 * 1024;

/** Fastify's own refusals, in our words. */
function refusalOf(error: FastifyError, request: FastifyRequest, maxBodyBytes: number): Problem | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problemOf(
        'too_large',
        `the body is larger than ${maxBodyBytes / MIB} MiB; upload rows as a dataset version, which is streamed and has no such limit, or raise PARETUNE_MAX_BODY_MB`,
        [{ path: '(body)', message: `is larger than ${maxBodyBytes} bytes` }],
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const sent = request.headers['content-type'];
      const wanted = request.routeOptions.config.mediaTypes ?? ['application/json'];
      return problemOf(
        'unsupported_media_type',
        `${sent === undefined ? 'the body has no content type' : `the content type "${sent}" is not supported`}; send ${wanted.join(', ')}`,
        [{ path: 'content-type', message: `must be ${wanted.join(', ')}` }],
      );
    }
    default:
      return undefined;
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Content types of the body; default JSON. */
    mediaTypes?: readonly string[];
  }
}

/** The client went away while it was sending: what its body was read with breaks on the error of the connection. */
const wasCut = (error: Error, request: FastifyRequest): boolean => error === request.raw.errored;

function toProblem(error: FastifyError, request: FastifyRequest, maxBodyBytes: number): Problem {
  if (error instanceof ParetuneError)
    return { ...problemOf(error.code, error.message, error.errors), ...error.members };
  if (wasCut(error, request)) {
    return problemOf('invalid_request', 'the connection was closed before the whole body had come');
  }
  const refusal = refusalOf(error, request, maxBodyBytes);
  if (refusal) return refusal;
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return problemOf('invalid_request', error.message);
  }
  if (isConnectionError(error)) return problemOf('unavailable', 'the database does not answer; try again shortly');
  return problemOf(
    'internal',
    `something broke in the service; the log has the cause under the request id ${request.id}`,
  );
}

/** Every error leaves as application/problem+json; what is not the caller's fault is logged with its stack, without values of queries. */
export function createProblemHandlers(maxBodyBytes: number) {
  const send = (reply: FastifyReply, problem: Problem) =>
    reply.status(problem.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
  return {
    onError: (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const problem = toProblem(error, request, maxBodyBytes);
      if (problem.status >= 500) request.log.error({ err: withoutValues(error) }, 'request failed');
      // Nobody is there to be answered: no other line will tell of this request.
      if (wasCut(error, request)) request.log.info({ route: request.routeOptions.url ?? null }, problem.detail);
      if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="paretune"');
      if (problem.status === 503) reply.header('retry-after', '1');
      return send(reply, problem);
    },
    onNotFound: (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
      send(
        reply,
        problemOf('not_found', `there is no ${request.method} ${request.url.split('?')[0]}; see /openapi.json`),
      ),
  };
}
