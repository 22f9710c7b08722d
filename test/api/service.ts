import { pino } from 'pino';
import { evaluators } from '../../evaluators/index.ts';
import { optimizers } from '../../optimizers/index.ts';
import type { Api, ApiDeps } from '../../src/api/deps.ts';
import { createApi } from '../../src/api/server.ts';
import type { KeyRole } from '../../src/domain/access.ts';
import type { ModelConfig } from '../../src/domain/model.ts';
import { createCalibrationService } from '../../src/jobs/calibration/service.ts';
import { createEvaluationService } from '../../src/jobs/evaluation/service.ts';
import { createJobQueue, type JobQueue } from '../../src/jobs/queue.ts';
import { createReplays } from '../../src/jobs/replay.ts';
import { createScheduleService } from '../../src/jobs/schedules.ts';
import { createJobService, type JobServiceParts } from '../../src/jobs/service.ts';
import { createJobSources } from '../../src/jobs/sources.ts';
import type { OpenGateway } from '../../src/jobs/worker-parts.ts';
import { createModelGateway } from '../../src/models/gateway.ts';
import { createLimiterPools } from '../../src/models/limiter.ts';
import { createPriceTable } from '../../src/models/prices.ts';
import { countTokens } from '../../src/models/tokens.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { createRandom } from '../../src/search/random.ts';
import { createApiKey } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import { type JobFeed, openJobFeed } from '../../src/store/job-feed.ts';
import { newProject } from '../../src/store/testing.ts';
import { systemClock, systemIds } from '../../src/system.ts';

export interface TestService {
  readonly api: Api;
  readonly deps: ApiDeps;
  readonly database: Database;
  readonly feed: JobFeed;
  /** Headers of a fresh key; of a fresh project where none is named. */
  login(role?: KeyRole, projectId?: string): Promise<Login>;
  /** Moves the service's clock on. */
  advance(ms: number): void;
  /** What the service logged, one line each. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export interface Login {
  readonly projectId: string;
  readonly keyId: string;
  readonly authorization: string;
}

/** The API on real registries, jobs, queue and database, without a worker: what is submitted stays queued. */
export async function startTestService(
  open: () => Promise<Database>,
  overrides: Partial<Pick<ApiDeps, 'config' | 'heartbeatMs' | 'ready' | 'consoleFolder'>> = {},
): Promise<TestService> {
  const database = await open();
  let ahead = 0;
  const clock = { now: () => new Date(systemClock.now().getTime() + ahead) };
  const ids = systemIds(clock);
  const queue: JobQueue = createJobQueue(database);
  await queue.start();
  const feed = await openJobFeed(database);
  const registries = createRegistry({ database, clock, catalogue: evaluators });
  const prices = createPriceTable(undefined);
  const serviceParts: JobServiceParts = {
    database,
    queue,
    feed,
    clock,
    ids,
    registries,
    resolve: {
      evaluators,
      optimizers,
      countTokens,
      priceOf: (model: ModelConfig) => prices.priceOf(model)?.line ?? null,
      checkModel: () => undefined,
      checkEndpoint: () => undefined,
    },
  };
  const jobs = createJobService(serviceParts);
  const wait = async () => {};
  const openGateway: OpenGateway = ({ seed, ...ofJob }) =>
    createModelGateway({
      ...ofJob,
      pools: createLimiterPools([], { clock, wait }),
      prices,
      secrets: () => undefined,
      address: { allowLoopback: true, allowedHosts: [] },
      clock,
      random: createRandom(seed, 'jitter'),
      wait,
    });
  const replays = createReplays({
    database,
    clock,
    sources: (projectId) => createJobSources(registries, { projectId }),
    optimizers,
    evaluators,
    countTokens,
    priceOf: (model: ModelConfig) => prices.priceOf(model)?.line ?? null,
    openGateway,
  });
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const deps: ApiDeps = {
    jobs,
    evaluations: createEvaluationService(serviceParts),
    calibrations: createCalibrationService(serviceParts),
    replays,
    schedules: createScheduleService({ database, queue, jobs, clock, ids, log }),
    registries,
    evaluators,
    optimizers,
    database,
    ready: () => database.ping(),
    clock,
    ids,
    log,
    config: { maxBodyBytes: 1024 * 1024 },
    ...overrides,
  };
  const api = await createApi(deps);
  return {
    api,
    deps,
    database,
    feed,
    lines,
    advance: (ms) => {
      ahead += ms;
    },
    login: async (role = 'admin', projectId) => {
      const project = projectId ?? (await newProject(database));
      const { key, record } = await createApiKey(database.db, { projectId: project, name: 'test', role }, clock.now());
      return { projectId: project, keyId: record.id, authorization: `Bearer ${key}` };
    },
    close: async () => {
      await api.close();
      await queue.stop({ graceful: false });
      await feed.close();
      await database.close();
    },
  };
}

/** Thirty rows, ten of each split. */
export const rows = Array.from({ length: 30 }, (_, index) => ({
  id: `r${index + 1}`,
  input: `question number ${index + 1} about ${['apples', 'pears', 'plums'][index % 3]}`,
  expected: `answer ${index % 5}`,
  split: (['train', 'validation', 'test'] as const)[index % 3],
}));

/** The body of a job that is accepted. */
export const jobBody = {
  name: 'triage',
  prompt: { messages: [{ role: 'system', content: 'Answer the question: {{input}}' }] },
  dataset: { rows },
  suite: { evaluators: [{ id: 'right', type: 'exact-match' }] },
  models: { task: { provider: 'openai', model: 'gpt-4.1-mini' } },
  budget: { rollouts: 600 },
};

/** The body of an evaluation that is accepted. */
export const evaluationBody = {
  candidates: [{ messages: [{ role: 'system', content: 'Answer the question well: {{input}}' }] }],
  baseline: jobBody.prompt,
  dataset: jobBody.dataset,
  suite: jobBody.suite,
  models: jobBody.models,
};
