import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { evaluators as builtIn } from '../evaluators/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { createApi } from './api/server.ts';
import type { Config } from './config.ts';
import { fieldError, ParetuneError } from './domain/errors.ts';
import type { ModelConfig } from './domain/model.ts';
import { createCalibrationService } from './jobs/calibration/service.ts';
import { createEvaluationService, type EvaluationService } from './jobs/evaluation/service.ts';
import { createJobQueue } from './jobs/queue.ts';
import { createReplays } from './jobs/replay.ts';
import { createScheduleService, type ScheduleService } from './jobs/schedules.ts';
import { createJobService, type JobService, type JobServiceParts } from './jobs/service.ts';
import { createJobSources } from './jobs/sources.ts';
import { giveUpJob, workOnJob } from './jobs/worker.ts';
import type { OpenGateway, WorkerParts } from './jobs/worker-parts.ts';
import type { CatalogueEvaluator } from './lab/evaluator.ts';
import { type AddressPolicy, checkBaseUrl } from './models/address.ts';
import { createModelGateway } from './models/gateway.ts';
import { checkKeyTravels } from './models/key-travel.ts';
import { parseLimitSettings } from './models/limit-settings.ts';
import { createLimiterPools } from './models/limiter.ts';
import { createFixedPrices, createPriceTable } from './models/prices.ts';
import { passedOptions } from './models/provider-options.ts';
import { envSecrets, resolveKey } from './models/secrets.ts';
import { countTokens } from './models/tokens.ts';
import { loadOwnEvaluators } from './own-evaluators.ts';
import { removeAbandonedUploads } from './registry/dataset-upload.ts';
import { createRegistry, type Registry } from './registry/registry.ts';
import { createRandom } from './search/random.ts';
import { hasApiKeys } from './store/api-keys.ts';
import { type Database, openDatabase } from './store/database.ts';
import { openJobFeed } from './store/job-feed.ts';
import { withoutValues } from './store/store-error.ts';
import { systemClock, systemIds } from './system.ts';

export interface StartOptions {
  readonly config: Config;
  /** Default: pino at `config.logLevel`, JSON lines on standard output. */
  readonly log?: Logger;
  /** Takes jobs and schedules (default true). */
  readonly worker?: boolean;
  /** Serves the HTTP API (default true). */
  readonly listen?: boolean;
  /** Where provider keys are looked up; default: the process environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Takes the data directory although another host's lock lies on it. */
  readonly forceUnlock?: boolean;
  /** Content of the price file, instead of reading `config.pricesFile`. */
  readonly prices?: unknown;
}

export interface RunningService {
  /** Base URL of the API; empty when it does not listen. */
  readonly url: string;
  readonly database: Database;
  readonly registry: Registry;
  readonly jobs: JobService;
  readonly evaluations: EvaluationService;
  readonly schedules: ScheduleService;
  /** The catalogue, with the evaluators of the operator. */
  readonly evaluators: readonly CatalogueEvaluator[];
  /** Model calls with the keys, prices and rate limits of the service, for work that is no job. */
  readonly openGateway: OpenGateway;
  /** Stops listening, drains the worker (`graceful`: lets running jobs end, up to 30 s; else they go back to the queue), closes the database. */
  close(options?: { readonly graceful?: boolean }): Promise<void>;
}

/** `dist/web`, as seen from this file: the source runs in `src/`, the compiled program in `dist/src/`. */
const CONSOLE_FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../dist/web/' : '../web/', import.meta.url);

const ABANDONED_UPLOAD_MS = 24 * 3_600_000;

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * The composition root: config → store → services → API and worker. The only place where parts are wired together.
 *
 * ```ts
 * const service = await startService({ config: readConfig(process.env) });
 * await service.close({ graceful: true });
 * ```
 */
export async function startService(options: StartOptions): Promise<RunningService> {
  const { config, environment = process.env } = options;
  const log = options.log ?? createLogger(config);
  const clock = systemClock;
  const ids = systemIds(clock);
  const prices = createPriceTable(options.prices ?? (await readJson(config.pricesFile, 'PARETUNE_PRICES')));
  const limits = parseLimitSettings(await readJson(config.limitsFile, 'PARETUNE_LIMITS'));

  const evaluators = [...builtIn, ...(await loadOwnEvaluators(config.evaluatorFiles, builtIn))];

  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    forceUnlock: options.forceUnlock,
    onError: (error) => log.warn({ err: withoutValues(error) }, 'database connection'),
  });
  const drain = { graceful: false };
  const closers: (() => Promise<unknown>)[] = [() => database.close()];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    const exposed = !LOOPBACK.has(config.host);
    if (exposed && (options.listen ?? true) && !(await hasApiKeys(database.db))) {
      throw new ParetuneError(
        'forbidden',
        `HOST ${config.host} would open the service to the network, and it has no API key yet; create one with "paretune keys create --role admin", or listen on 127.0.0.1`,
      );
    }
    // An upload that was cut off by a crash is no version. In the embedded database nobody else can be uploading now.
    await removeAbandonedUploads(
      database,
      new Date(clock.now().getTime() - (database.kind === 'pglite' ? 0 : ABANDONED_UPLOAD_MS)),
    );
    const feed = await openJobFeed(database);
    closers.push(() => feed.close());
    const queue = createJobQueue(database, { onError: (error) => log.warn({ err: withoutValues(error) }, 'queue') });
    await queue.start();

    const { providerUrls } = config;
    const ownHosts = Object.values(providerUrls).flatMap((url) => (url === undefined ? [] : [new URL(url).host]));
    const address: AddressPolicy = { allowLoopback: !exposed, allowedHosts: [...config.allowedHosts, ...ownHosts] };
    const secrets = envSecrets(environment);
    const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
      await sleep(ms, undefined, { signal });
    };
    const pools = createLimiterPools(limits, { clock, wait });
    const openGateway: OpenGateway = ({ seed, prices: kept, ...job }) =>
      createModelGateway({
        ...job,
        pools,
        prices: kept ? createFixedPrices(kept) : prices,
        secrets,
        address,
        providerUrls,
        clock,
        random: createRandom(seed, 'jitter'),
        wait,
        onAnomaly: (anomaly) => log.warn({ anomaly }, 'a provider counted more tokens than were sent'),
      });
    const priceOf = (model: ModelConfig) => prices.priceOf(model)?.line ?? null;
    const registry = createRegistry({ database, clock, catalogue: evaluators });
    const serviceParts: JobServiceParts = {
      database,
      queue,
      feed,
      clock,
      ids,
      registries: registry,
      resolve: {
        evaluators,
        optimizers,
        priceOf,
        countTokens,
        checkModel: (model, path) => {
          if (model.baseUrl !== undefined) checkBaseUrl(model.baseUrl, address, `${path}.baseUrl`);
          else if (model.provider === 'openai-compatible')
            throw fieldError(
              `${path}.baseUrl`,
              'an OpenAI-compatible server needs its address, such as http://127.0.0.1:8000/v1',
            );
          checkKeyTravels(model, address, secrets, `${path}.baseUrl`);
          resolveKey(model, secrets);
          passedOptions(model);
        },
        checkEndpoint: ({ url, keyRef }, path) => {
          checkBaseUrl(url, address, `${path}.url`);
          if (secrets(keyRef) === undefined) {
            const name = keyRef.replace(/^env:/, '');
            throw fieldError(
              `${path}.keyRef`,
              `the environment variable ${name} is not set; set it where the service runs, to the key that your server checks signatures with`,
              'missing_key',
            );
          }
        },
      },
    };
    const jobs = createJobService(serviceParts);
    const evaluations = createEvaluationService(serviceParts);
    const schedules = createScheduleService({ database, queue, jobs, clock, ids, log });

    const worker: WorkerParts = {
      database,
      feed,
      clock,
      sources: (projectId) => createJobSources(registry, { projectId }),
      optimizers,
      evaluators,
      openGateway,
      countTokens,
      priceOf,
      onEnding: (job, outcome) =>
        outcome.verdict?.decision === 'promote' && outcome.winner.id !== outcome.baseline.id
          ? schedules.importWinner({ ...job, winnerId: outcome.winner.id })
          : Promise.resolve(),
      log,
    };
    let working = false;
    if (options.worker ?? true) {
      closers.push(() => queue.stop({ graceful: drain.graceful }));
      await queue.work((jobId, signal) => workOnJob(worker, jobId, signal), {
        concurrency: config.jobsPerWorker,
        onGivenUp: (jobId) => giveUpJob(worker, jobId, 'its workers died again and again'),
      });
      await schedules.serve();
      working = true;
    } else closers.push(() => queue.stop({ graceful: false }));

    let url = '';
    if (options.listen ?? true) {
      const api = await createApi({
        jobs,
        evaluations,
        calibrations: createCalibrationService(serviceParts),
        replays: createReplays(worker),
        schedules,
        registries: registry,
        evaluators,
        optimizers,
        database,
        clock,
        log,
        config,
        consoleFolder: CONSOLE_FOLDER,
        ready: () => database.ping(),
      });
      closers.push(() => api.close());
      url = await api.listen({ host: config.host, port: config.port });
    }
    log.info({ url, database: database.kind, worker: working }, 'ready');
    return {
      url,
      database,
      registry,
      jobs,
      evaluations,
      schedules,
      evaluators,
      openGateway,
      close: async ({ graceful = false } = {}) => {
        drain.graceful = graceful;
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino({ level: config.logLevel, base: null, redact: ['req.headers.authorization', '*.apiKey'] });
}

async function readJson(file: string | undefined, variable: string): Promise<unknown> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ParetuneError('invalid_request', `${variable}: ${file} cannot be read as JSON: ${message}`, [
      { path: variable, message },
    ]);
  }
}
