import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Config } from '../config.ts';
import type { Clock, IdSource } from '../domain/clock.ts';
import type { CalibrationService } from '../jobs/calibration/service.ts';
import type { EvaluationService } from '../jobs/evaluation/service.ts';
import type { Replays } from '../jobs/replay.ts';
import type { ScheduleService } from '../jobs/schedules.ts';
import type { JobService } from '../jobs/service.ts';
import type { Registries } from '../jobs/sources.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import type { Database } from '../store/database.ts';

/** A server whose routes take their types from zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Everything that the API calls. It holds no rules: it parses, calls one function of these, and renders. */
export interface ApiDeps {
  readonly jobs: JobService;
  readonly evaluations: EvaluationService;
  readonly calibrations: CalibrationService;
  readonly replays: Replays;
  readonly schedules: ScheduleService;
  readonly registries: Registries;
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly optimizers: readonly ListedOptimizer[];
  /** API keys and first answers by idempotency key. */
  readonly database: Database;
  /** Resolves when jobs can be taken; rejects with the reason otherwise. */
  ready(): Promise<void>;
  readonly clock: Clock;
  /** Ids of requests; default: of the system. */
  readonly ids?: IdSource | undefined;
  readonly log: FastifyBaseLogger;
  readonly config: Pick<Config, 'maxBodyBytes'>;
  readonly version?: string | undefined;
  /** Where the built browser console is; default: there is none. */
  readonly consoleFolder?: URL | undefined;
  /** Silence after which an event stream says that it is still there (default 15 s). */
  readonly heartbeatMs?: number | undefined;
}
