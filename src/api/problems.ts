import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ERRORS, type ErrorCode, type FieldError, ParetuneError } from '../domain/errors.ts';

/** RFC 9457 problem details. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

export function problemOf(code: ErrorCode, detail: string, errors: readonly FieldError[] = []): Problem {
  const { status, title } = ERRORS[code];
  return {
    type: `urn:paretune:error:${code}`,
    title,
    status,
    detail,
    ...(errors.length > 0 && { errors: [...errors] }),
  };
}

/** Fastify's own refusals, in our words. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
};

function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof ParetuneError) return problemOf(error.code, error.message, error.errors);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path:
        issue.instancePath
          .split('/')
          .filter((part) => part !== '')
          .join('.') || '(body)',
      message: issue.message ?? 'is not valid',
    }));
    return problemOf('invalid_request', errors.map((each) => `${each.path}: ${each.message}`).join('; '), errors);
  }
  const code = 'code' in error ? FASTIFY_CODES[error.code] : undefined;
  if (code) return problemOf(code, error.message);
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) return problemOf('invalid_request', error.message);
  return problemOf('internal', 'Something broke in the service; the log has the cause under this request id');
}

/** Every error leaves as application/problem+json; what is not the caller's fault is logged with its stack. */
export function installProblems(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.status(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .type('application/problem+json')
      .serializer(JSON.stringify)
      .send(problemOf('not_found', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
}
