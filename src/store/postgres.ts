import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { ParetuneError } from '../domain/errors.ts';
import type { Database, OpenOptions } from './database-handle.ts';
import type { Db } from './db.ts';
import { listenWithReconnect } from './listener.ts';
import { migrateSchema } from './migrate.ts';
import { guard, insideTransaction } from './outer-handle.ts';
import * as schema from './schema.ts';
import { isConnectionError } from './store-error.ts';

/** Any fixed number: only the processes of this service take the lock. */
const MIGRATION_LOCK = 7_260_151_003;
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a PostgreSQL server (15 or later). */
export async function openPostgres(options: OpenOptions & { readonly url: string }): Promise<Database> {
  const { url } = options;
  const onError = options.onError ?? (() => {});
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'paretune',
    keepAlive: true,
  });
  // Without a handler a broken connection ends the process. The pool's own covers connections at rest alone: one that breaks between two
  // statements of a transaction (the server restarts) has nobody who waits for it.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined);
  try {
    await migrateUnderLock(pool);
  } catch (error) {
    await pool.end();
    throw isConnectionError(error) ? unreachable(url, error) : error;
  }
  guard(pool, ['query', 'connect']);
  const db: Db = drizzle(pool, { schema, casing: 'snake_case' });
  let closing: Promise<void> | undefined;
  return {
    kind: 'postgres',
    db,
    driver: { kind: 'postgres', pool, url },
    transaction: (body) => db.transaction((tx) => insideTransaction(() => body(tx))),
    listen: (channel, onPayload, onGap) => listenWithReconnect({ url, channel, onPayload, onGap, onError }),
    ping: async () => {
      await pool.query('select 1');
    },
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function migrateUnderLock(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  let broken = true;
  try {
    const native = drizzle(client, { schema, casing: 'snake_case' });
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrateSchema(native, (folder) => migrate(native, { migrationsFolder: folder }));
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    broken = false;
  } finally {
    // After a failure the connection is dropped, and the lock with it.
    client.release(broken);
  }
}

/** Names the server without the user's password. */
function unreachable(url: string, error: unknown): ParetuneError {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const where = target ? `${target.hostname}:${target.port || '5432'}${target.pathname}` : 'the given address';
  const reason = error instanceof Error && error.message ? error.message : String(error);
  const failure = new ParetuneError(
    'unavailable',
    `PostgreSQL at ${where} cannot be used (${reason}): start it, or correct DATABASE_URL`,
  );
  failure.cause = error;
  return failure;
}
