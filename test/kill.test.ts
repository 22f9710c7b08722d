import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { generateRows, loadTask } from '../fixtures/tasks/index.ts';
import { readConfig } from '../src/config.ts';
import { type JobRequest, jobRequestSchema } from '../src/domain/job.ts';
import { type RunningService, startService } from '../src/main.ts';
import { createRandom } from '../src/search/random.ts';
import { DEFAULT_PROJECT, modelCalls } from '../src/store/schema.ts';
import { createTestDatabase } from '../src/store/testing.ts';
import { countsOf } from './support/books.ts';
import { startWorker, workerProgram } from './support/killed-worker.ts';

const KILLS = 22;
const CONCURRENCY = 8;
const LATENCY_MS = 6;
const SEED = Number(process.env['KILL_SEED'] ?? 1);

const scope = { projectId: DEFAULT_PROJECT };
/** Loopback needs no permission; the provider's key does. */
const KEY = { OPENAI_API_KEY: 'test-key' };

let server: SimulatedModel;
let program = '';
/** Told of every request as it arrives. */
let arrived: () => void = () => {};
beforeAll(async () => {
  program = await workerProgram();
  server = await startSimulatedModel({ latencyMs: LATENCY_MS, log: () => arrived() });
});
afterAll(() => server.close());

function jobRequest(): JobRequest {
  const { prompt, suite } = loadTask('support-chain');
  const model = (name: string, rest: object) => ({
    provider: 'openai',
    model: name,
    baseUrl: `${server.url}/v1`,
    ...rest,
  });
  const sizes = [
    ...Array<string>(24).fill('train'),
    ...Array<string>(14).fill('validation'),
    ...Array<string>(10).fill('test'),
  ];
  return jobRequestSchema.parse({
    name: 'killed again and again',
    prompt,
    suite,
    dataset: {
      rows: generateRows('support-chain', { seed: 77, count: sizes.length }).map(({ id, input, expected }, index) => ({
        id,
        input,
        expected,
        split: sizes[index],
      })),
    },
    optimizer: { type: 'gepa', options: { preset: 'reference', merge: { enabled: true } } },
    models: {
      task: model('sim-task', { temperature: 0, maxOutputTokens: 60 }),
      // A call that was in flight at a kill is asked again: with a seed it gets the answer that it would have got.
      reflection: model('sim-reflect', { temperature: 1, seed: 5, maxOutputTokens: 2000 }),
    },
    budget: { rollouts: 420, confirmationRollouts: 40 },
    concurrency: CONCURRENCY,
    seed: 11,
  });
}

type Environment = Readonly<Record<string, string>>;

const openService = (environment: Environment, worker: boolean): Promise<RunningService> =>
  startService({
    config: readConfig(environment),
    environment: KEY,
    listen: false,
    worker,
    log: pino({ level: 'silent' }),
  });

/** Submits the job through a service without a worker, which is gone afterwards. */
async function submit(environment: Environment): Promise<string> {
  const service = await openService(environment, false);
  try {
    return (await service.jobs.submit(scope, jobRequest())).id;
  } finally {
    await service.close();
  }
}

/** What the job found, without what the clock had to do with it. */
async function findingsOf({ jobs, database }: RunningService, jobId: string) {
  const job = await jobs.get(scope, jobId);
  const calls = await database.db.select({ callId: modelCalls.callId, at: modelCalls.at }).from(modelCalls);
  return {
    calls,
    found: {
      status: job.status,
      stopReason: job.stopReason,
      error: job.error,
      best: job.best,
      baseline: job.baseline,
      verdict: job.verdict,
      rollouts: [job.spent.rollouts, job.spent.confirmationRollouts],
      tokens: [job.spent.tokens, job.spent.reflectionTokens],
      curve: (await jobs.results.curve(scope, jobId)).map(({ at: _at, ...point }) => point),
      candidates: (await jobs.results.candidates(scope, jobId)).items.map(
        ({ id, parents, operator, reason, fate }) => ({
          id,
          parents,
          operator,
          reason,
          fate,
        }),
      ),
      calls: calls.map(({ callId }) => callId).sort(),
    },
  };
}

async function uninterrupted(environment: Environment) {
  server.reset();
  const service = await openService(environment, true);
  try {
    const { id } = await service.jobs.submit(scope, jobRequest());
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        service.jobs.hasEnded(scope, id).then((over) => over && resolve(), reject);
      };
      service.jobs.subscribe(id, look);
      look();
    });
    const { found } = await findingsOf(service, id);
    return { found, stats: await countsOf(server) };
  } finally {
    await service.close({ graceful: true });
  }
}

interface Killed {
  readonly at: Date;
  /** Requests that the server had worked off in this life. */
  readonly processed: number;
}

/** Runs the job in processes that are killed when the server has seen so many requests of theirs. */
async function killedAgainAndAgain(jobId: string, environment: Environment, release: () => Promise<void>) {
  const { requests: total } = server.stats();
  const random = createRandom(SEED, 'kills');
  server.reset();
  const kills: Killed[] = [];
  const load = () => startWorker(program, jobId, { ...environment, ...KEY });
  for (let life = load(), next = load(); ; life = next, next = load()) {
    const before = processed();
    life.begin();
    if (kills.length < KILLS) {
      const killed = life;
      let left = 1 + random.int(Math.floor((1.8 * total) / KILLS));
      arrived = () => {
        left -= 1;
        if (left === 0) killed.kill();
      };
    }
    const end = await life.end;
    arrived = () => {};
    const at = new Date();
    await countsOf(server);
    if (end === 'ended') {
      next.kill();
      await next.end;
      return { kills, last: processed() - before };
    }
    kills.push({ at, processed: processed() - before });
    await release();
  }
}

const processed = () => {
  const { answered, lost } = server.stats();
  return answered + lost;
};

async function proveIt(environment: Environment, release: () => Promise<void>, open: Environment): Promise<void> {
  const reference = await uninterrupted(open);
  expect(reference.found.candidates.length).toBeGreaterThan(5);
  expect(reference.found.verdict).not.toBeNull();
  const jobId = await submit(environment);
  const { kills, last } = await killedAgainAndAgain(jobId, environment, release);
  expect(kills.length).toBeGreaterThanOrEqual(20);

  const service = await openService(environment, false);
  try {
    const { found, calls } = await findingsOf(service, jobId);
    expect(found).toEqual(reference.found);

    // An entry of the journal that is older than a kill was durable at the kill: its process could write no more.
    const journaledBy = (at: Date) => calls.filter((call) => call.at.getTime() <= at.getTime()).length;
    let known = 0;
    let wasted = 0;
    for (const kill of kills) {
      const journaled = journaledBy(kill.at);
      const inFlight = kill.processed - (journaled - known);
      expect(inFlight, 'worked off by the server and not journaled').toBeLessThanOrEqual(CONCURRENCY);
      wasted += inFlight;
      known = journaled;
    }
    // Nobody killed the last process: whatever it asked for is in the journal, and was not there before.
    expect(last).toBe(calls.length - known);
    const stats = server.stats();
    const repeats = [...stats.byCall.values()].reduce((sum, times) => sum + times - 1, 0);
    expect(repeats).toBe(wasted);
    expect(stats.byCall.size).toBe(reference.stats.byCall.size);
    process.stderr.write(
      `kill: ${kills.length} kills, ${calls.length} calls journaled, ${processed()} worked off by the server, ${repeats} repeated (in flight at a kill)\n`,
    );
  } finally {
    await service.close();
  }
}

describe('a worker that is killed again and again', () => {
  it('ends its job as if nothing had happened, and pays for nothing twice but what was in flight', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'paretune-kill-'));
    try {
      await proveIt({ PARETUNE_DATA_DIR: join(directory, 'killed') }, async () => {}, { PARETUNE_DATA_DIR: 'memory' });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 900_000);

  const postgres = process.env['TEST_DATABASE_URL'];
  it.skipIf(!postgres)(
    'does so on PostgreSQL',
    async () => {
      const [killed, calm] = await Promise.all([
        createTestDatabase(postgres ?? ''),
        createTestDatabase(postgres ?? ''),
      ]);
      try {
        // What the queue does when a heartbeat stays away, without waiting for it twenty times.
        const release = async () => {
          const client = new pg.Client({ connectionString: killed.url });
          await client.connect();
          await client.query(
            `update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null where state = 'active'`,
          );
          await client.end();
        };
        await proveIt({ DATABASE_URL: killed.url }, release, { DATABASE_URL: calm.url });
      } finally {
        await killed.drop();
        await calm.drop();
      }
    },
    900_000,
  );
});
