import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { projects } from './schema.ts';

/** A kind of database that tests run on. `open` gives a fresh, migrated and empty one; closing it removes it. */
export interface TestDatabase {
  readonly name: string;
  open(): Promise<Database>;
}

const serverUrl = process.env['TEST_DATABASE_URL'];

/** The databases that can be tested here: the embedded one always, PostgreSQL when `TEST_DATABASE_URL` names a server. */
function testDatabases(): readonly TestDatabase[] {
  const embedded: TestDatabase = { name: 'embedded', open: openTestEmbedded };
  return serverUrl ? [embedded, { name: 'PostgreSQL', open: () => openTestPostgres(serverUrl) }] : [embedded];
}

/**
 * `describe` once per database; without a server, a skipped block says why.
 *
 * ```ts
 * describeDatabases('prompts', (open) => {
 *   let database: Database;
 *   beforeAll(async () => { database = await open(); });
 *   afterAll(() => database.close());
 *   …
 * ```
 */
export function describeDatabases(title: string, suite: (open: () => Promise<Database>, name: string) => void): void {
  for (const { name, open } of testDatabases()) describe(`${title} (${name})`, () => suite(open, name));
  if (!serverUrl) {
    process.stderr.write(`${title}: PostgreSQL tests skipped, set TEST_DATABASE_URL to a server to run them\n`);
    describe.skip(`${title} (PostgreSQL: skipped, set TEST_DATABASE_URL to a server to run it)`, () => {
      suite(() => Promise.reject(new Error('skipped')), 'PostgreSQL');
    });
  }
}

/** A new project with a random id, so that tests may share a database. */
export async function newProject(database: Database): Promise<string> {
  const id = `project_${randomBytes(6).toString('hex')}`;
  await database.db.insert(projects).values({ id, name: id });
  return id;
}

/** Creates a database on the server, without tables, for tests of migrations and of several processes. */
export async function createTestDatabase(server: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `paretune_test_${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await administer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

async function openTestPostgres(server: string): Promise<Database> {
  const { url, drop } = await createTestDatabase(server);
  const database = await openDatabase({ url, poolSize: 4 });
  let closing: Promise<void> | undefined;
  return {
    ...database,
    close: () => {
      closing ??= database.close().then(drop);
      return closing;
    },
  };
}

export const openTestEmbedded = (): Promise<Database> => openDatabase({ dataDir: 'memory' });
