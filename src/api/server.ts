import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { ParetuneError } from '../domain/errors.ts';
import { createAuthentication } from './auth.ts';
import { installConsole } from './console.ts';
import type { Api, ApiDeps } from './deps.ts';
import { installIdempotency } from './idempotency.ts';
import { createJobReads } from './job-reads.ts';
import { installJsonBody } from './json-body.ts';
import { installDocs, installOpenApi } from './openapi.ts';
import { createProblemHandlers } from './problems.ts';
import { calibrationRoutes } from './routes/calibrations.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { evaluationRoutes } from './routes/evaluations.ts';
import { evaluatorRoutes } from './routes/evaluators.ts';
import { jobEventRoutes } from './routes/job-events.ts';
import { jobResultRoutes } from './routes/job-results.ts';
import { jobSearchRoutes } from './routes/job-search.ts';
import { jobRoutes } from './routes/jobs.ts';
import { judgeRoutes } from './routes/judges.ts';
import { keyRoutes } from './routes/keys.ts';
import { promptRoutes } from './routes/prompts.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { serviceRoutes } from './routes/service.ts';
import { suiteRoutes } from './routes/suites.ts';
import { installSecurityHeaders } from './security-headers.ts';
import { compileValidator } from './validation.ts';

/** An id that a client may choose for its request. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The HTTP API, ready to listen or to be injected. Closing it ends event streams and waits for running requests. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const { maxBodyBytes } = deps.config;
  const handlers = createProblemHandlers(maxBodyBytes);
  const server: Api = fastify({
    loggerInstance: deps.log,
    // Fastify's own lines carry whole URLs; ours are in logRequests.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: 256 },
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : (deps.ids?.next('req') ?? randomUUID());
    },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      handlers.onError(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();

  server.setValidatorCompiler(compileValidator);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(handlers.onError);
  server.setNotFoundHandler(handlers.onNotFound);
  server.decorateRequest('caller', null);
  installJsonBody(server);
  installSecurityHeaders(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new ParetuneError(
        'unsupported_media_type',
        `the content encoding "${encoding}" is not supported; send the body uncompressed`,
        [{ path: 'content-encoding', message: 'must be identity' }],
      );
    }
  });
  logRequests(server);
  closeUnusedConnections(server);

  await installOpenApi(server, deps.version ?? '1');
  await server.register(
    async (v1: Api) => {
      v1.addHook('onRequest', createAuthentication(deps.database, deps.clock));
      v1.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store');
      });
      installIdempotency(v1, deps.database, deps.clock);
      const { jobs, evaluations, calibrations } = deps;
      const reads = {
        jobs: createJobReads(jobs),
        evaluations: createJobReads({ get: evaluations.get, eventsAfter: jobs.eventsAfter }),
        calibrations: createJobReads({ get: calibrations.get, eventsAfter: jobs.eventsAfter }),
      };
      promptRoutes(v1, deps);
      datasetRoutes(v1, deps);
      suiteRoutes(v1, deps);
      evaluatorRoutes(v1, deps);
      judgeRoutes(v1, deps);
      calibrationRoutes(v1, deps, reads.calibrations);
      jobRoutes(v1, deps, reads.jobs);
      jobResultRoutes(v1, deps);
      jobSearchRoutes(v1, deps);
      jobEventRoutes(v1, deps, reads);
      evaluationRoutes(v1, deps, reads.evaluations);
      scheduleRoutes(v1, deps);
      keyRoutes(v1, deps);
    },
    { prefix: '/v1' },
  );
  serviceRoutes(server, deps);
  await installDocs(server);
  if (deps.consoleFolder && !(await installConsole(server, deps.consoleFolder))) {
    deps.log.warn('the console is not built; "npm run build:web" builds it');
  }
  await server.ready();
  return server;
}

/** Node closes idle connections when the server closes, but waits a minute for one that no request has come over yet: clients open some in advance. */
function closeUnusedConnections(server: Api): void {
  const unused = new Set<Socket>();
  let closing = false;
  server.server.on('connection', (socket) => {
    if (closing) return socket.destroy();
    unused.add(socket);
    return socket.once('close', () => unused.delete(socket));
  });
  server.server.on('request', ({ socket }) => unused.delete(socket));
  server.addHook('preClose', async () => {
    closing = true;
    for (const socket of unused) socket.destroy();
  });
}

/** One line per answer: who, what, how it went. The route instead of the URL, no headers, no bodies. */
function logRequests(server: Api): void {
  server.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        project: request.caller?.scope.projectId,
        key: request.caller?.keyId ?? undefined,
      },
      'request',
    );
  });
}
