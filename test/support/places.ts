import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Client, createClient, hasEnded, type Job } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { type RunningService, startService } from '../../src/main.ts';
import { createTestDatabase } from '../../src/store/testing.ts';

/** Where a service keeps its data: a directory, or a database on the server of `TEST_DATABASE_URL`. */
export interface Place {
  /** The settings that lead there; known once tests run. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives jobs of a killed process back, as the queue does when a heartbeat stays away. */
  release(): Promise<void>;
}

/** `describe` once per kind of database; each block has one of its own, that outlives the services on it. */
export function describePlaces(title: string, suite: (place: Place) => void): void {
  describe(`${title} (embedded)`, () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'paretune-place-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    suite({
      get environment() {
        return { PARETUNE_DATA_DIR: folder };
      },
      release: async () => {},
    });
  });
  const server = process.env['TEST_DATABASE_URL'];
  describe.skipIf(server === undefined)(`${title} (PostgreSQL: TEST_DATABASE_URL names a server)`, () => {
    let database: Awaited<ReturnType<typeof createTestDatabase>>;
    beforeAll(async () => {
      database = await createTestDatabase(server ?? '');
    });
    afterAll(() => database.drop());
    suite({
      get environment() {
        return { DATABASE_URL: database.url };
      },
      release: async () => {
        const client = new pg.Client({ connectionString: database.url });
        await client.connect();
        await client.query(
          `update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null where state = 'active'`,
        );
        await client.end();
      },
    });
  });
}

export interface OpenService {
  readonly service: RunningService;
  readonly client: Client;
  close(): Promise<void>;
}

/** The whole service at a place. `keys` are the provider keys of its environment. */
export async function openService(
  place: Place,
  options: {
    readonly worker?: boolean;
    readonly keys?: Readonly<Record<string, string>>;
    readonly prices?: unknown;
  } = {},
): Promise<OpenService> {
  const service = await startService({
    config: readConfig({ PORT: '0', ...place.environment }),
    environment: options.keys ?? { OPENAI_API_KEY: 'test-key' },
    worker: options.worker ?? true,
    log: pino({ level: 'silent' }),
    ...(options.prices !== undefined && { prices: options.prices }),
  });
  return { service, client: createClient({ url: service.url }), close: () => service.close() };
}

/** The job when it has ended. */
export async function endOf(client: Client, jobId: string): Promise<Job> {
  for await (const _event of client.jobs.events(jobId)) {
    // The stream ends with the job.
  }
  const job = await client.jobs.get(jobId);
  if (!hasEnded(job)) throw new Error(`job ${jobId} is ${job.status}`);
  return job;
}
