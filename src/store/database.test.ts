import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import { type Database, openDatabase } from './database.ts';
import { openJobRecord } from './job-record.ts';
import { rawRows } from './raw-rows.ts';
import { DEFAULT_PROJECT, datasetRows, projects } from './schema.ts';
import { createTestDatabase, describeDatabases } from './testing.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describeDatabases('database', (open) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('has the default project', async () => {
    expect(await database.db.select().from(projects).where(eq(projects.id, DEFAULT_PROJECT))).toHaveLength(1);
  });

  it('rolls back what a failed transaction wrote', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.insert(projects).values({ id: 'half', name: 'half' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.db.select().from(projects).where(eq(projects.id, 'half'))).toEqual([]);
  });

  it('refuses the outer handle inside a transaction instead of waiting for ever, and serves it afterwards', async () => {
    let later: (() => Promise<unknown>) | undefined;
    const misuse = database.transaction(async () => {
      later = () => database.ping();
      await database.db.select().from(projects);
    });
    await expect(misuse).rejects.toMatchObject({
      cause: { message: expect.stringContaining('pass the transaction on') },
    });
    await expect(
      database.transaction((tx) => tx.transaction(async (inner) => inner.select().from(projects))),
    ).resolves.toBeDefined();
    await later?.();
  });

  it('keeps JSON values exactly: types, order of keys, and characters that jsonb refuses', async () => {
    const row = { projectId: DEFAULT_PROJECT, name: 'exact', rowId: 'r', context: [], metadata: {} };
    let version = 0;
    const roundTrip = async (input: string | Record<string, Json>, expected: Json) => {
      version += 1;
      await database.db.insert(datasetRows).values({ ...row, version, position: 0, input, expected });
      const [stored] = await database.db.select().from(datasetRows).where(eq(datasetRows.version, version));
      return JSON.stringify([stored?.input, stored?.expected]);
    };
    for (const text of ['true', '1', 'null', '{"a":1}', '', 'NUL \u0000', 'half \ud800', '\\u0000']) {
      expect(await roundTrip(text, text)).toBe(JSON.stringify([text, text]));
    }
    expect(await roundTrip({ z: 1, a: { y: [], b: null } }, [1, 'b'])).toBe('[{"z":1,"a":{"y":[],"b":null}},[1,"b"]]');
    const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), json, async (input, expected) => {
        expect(await roundTrip(input, expected)).toBe(JSON.stringify([input, expected]));
      }),
      { numRuns: 60 },
    );
  });

  it('delivers notifications', async () => {
    const received = new Promise<string>((resolve) => {
      void database
        .listen('a_channel', resolve, () => {})
        .then(() => rawRows(database.db, sql`select pg_notify('a_channel', 'hello')`));
    });
    expect(await received).toBe('hello');
  });
});

describe.skipIf(serverUrl === undefined)('a PostgreSQL server that goes away', () => {
  it('fails the transaction that is open, not the process, and is used again when it is back', async () => {
    const { url, drop } = await createTestDatabase(String(serverUrl));
    let tell: (error: Error) => void = () => undefined;
    const told = new Promise<Error>((resolve) => {
      tell = resolve;
    });
    const database = await openDatabase({ url, onError: (error) => tell(error) });
    try {
      const broken = database.transaction(async (tx) => {
        const [own] = await rawRows(tx, sql`select pg_backend_pid() as pid`);
        await terminate(String(serverUrl), Number(own?.['pid']));
        // Nothing is being asked on the connection when it breaks.
        await told;
        await tx.select().from(projects);
      });
      await expect(broken).rejects.toThrow();
      await expect(database.ping()).resolves.toBeUndefined();
    } finally {
      await database.close();
      await drop();
    }
  });
});

describe('opening', () => {
  it('says what to do when the server cannot be reached, and keeps the password to itself', async () => {
    const opening = openDatabase({ url: 'postgres://user:hunter2@127.0.0.1:1/paretune' });
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^(?!.*hunter2).*127\.0\.0\.1:1\/paretune.*DATABASE_URL/),
    });
  });

  it('gives an embedded directory to one opening at a time, and reopens it with its rows', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'paretune-open-')), 'new', 'folder');
    const first = await openDatabase({ dataDir: directory });
    await expect(openDatabase({ dataDir: directory })).rejects.toMatchObject({ code: 'unavailable' });
    await first.db.insert(projects).values({ id: 'kept', name: 'kept' });
    await first.close();
    const second = await openDatabase({ dataDir: directory });
    expect(await second.db.select().from(projects).where(eq(projects.id, 'kept'))).toHaveLength(1);
    await refusesNewerSchema(second, () => openDatabase({ dataDir: directory }));
    rmSync(join(directory, '..', '..'), { recursive: true });
  });

  async function refusesNewerSchema(database: Database, reopen: () => Promise<Database>) {
    await rawRows(
      database.db,
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of the future', ${Date.UTC(2999, 0)})`,
    );
    await database.close();
    await expect(reopen()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('newer version of paretune'),
    });
  }

  it.skipIf(!serverUrl)(
    'lets six processes migrate one fresh server at once, and refuses a newer schema (PostgreSQL: set TEST_DATABASE_URL)',
    async () => {
      const { url, drop } = await createTestDatabase(serverUrl ?? '');
      const script = join(import.meta.dirname, 'testing/open-and-hold.ts');
      const said = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const child = spawn(process.execPath, ['--import', 'tsx', script, url], {
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          const [text] = await once(child.stdout, 'data');
          child.kill('SIGKILL');
          await once(child, 'exit');
          return String(text).trim();
        }),
      );
      expect(said).toEqual(Array(6).fill('open'));
      const database = await openDatabase({ url });
      expect(await database.db.select({ n: count() }).from(projects)).toEqual([{ n: 1 }]);
      await refusesNewerSchema(database, () => openDatabase({ url }));
      await drop();
    },
  );
});

describe('a process that is killed while it writes', () => {
  async function killedWriter(where: string, acknowledge: number): Promise<string[]> {
    const script = join(import.meta.dirname, 'testing/write-journal.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, where], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (output.split('\n').length > acknowledge) child.kill('SIGKILL');
    });
    await once(child, 'close');
    // The last line may be cut.
    return output.split('\n').slice(0, -1);
  }

  async function expectAllKept(database: Database, acknowledged: readonly string[]) {
    const record = await openJobRecord(database, { projectId: DEFAULT_PROJECT, jobId: 'job_killed' });
    expect(acknowledged.filter((callId) => record.journal.get(callId) === undefined)).toEqual([]);
  }

  it('loses nothing that was acknowledged, and the embedded database opens again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'paretune-kill-'));
    for (const acknowledge of [40, 150]) {
      const acknowledged = await killedWriter(directory, acknowledge);
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledge);
      const database = await openDatabase({ dataDir: directory });
      await expectAllKept(database, acknowledged);
      await database.close();
    }
    rmSync(directory, { recursive: true });
  });

  it.skipIf(!serverUrl)('loses nothing that was acknowledged (PostgreSQL: set TEST_DATABASE_URL)', async () => {
    const { url, drop } = await createTestDatabase(serverUrl ?? '');
    const acknowledged = await killedWriter(url, 200);
    const database = await openDatabase({ url });
    await expectAllKept(database, acknowledged);
    await database.close();
    await drop();
  });
});

async function terminate(server: string, pid: number): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('select pg_terminate_backend($1)', [pid]);
  } finally {
    await client.end();
  }
}
