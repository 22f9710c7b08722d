import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { lockDataDir } from './data-dir-lock.ts';
import type { Database } from './database-handle.ts';
import type { Db } from './db.ts';
import { embeddedImage } from './embedded-image.ts';
import { migrateSchema } from './migrate.ts';
import { guard, insideTransaction } from './outer-handle.ts';
import * as schema from './schema.ts';

/**
 * Opens the embedded database in `dataDir/database`, whose lock is `dataDir/database.lock`, or in memory. A new one starts
 * from the image in `cacheDir` (embedded-image.ts).
 *
 * It runs on this thread: a long statement blocks the event loop, so bulk work is cut into pieces with a `setImmediate` between them.
 */
export async function openEmbedded(
  dataDir: string,
  options: { readonly forceUnlock?: boolean | undefined; readonly cacheDir?: string | undefined } = {},
): Promise<Database> {
  const directory = dataDir === 'memory' ? undefined : join(resolve(dataDir), 'database');
  if (directory !== undefined) mkdirSync(resolve(dataDir), { recursive: true });
  const unlock = directory === undefined ? () => {} : lockDataDir(directory, { force: options.forceUnlock ?? false });
  let lite: PGlite | undefined;
  try {
    const isNew = directory === undefined || !existsSync(directory);
    const image = isNew ? await embeddedImage(options.cacheDir) : null;
    const files = (await image?.read()) ?? null;
    lite = await PGlite.create({
      ...(directory !== undefined && { dataDir: directory }),
      ...(files && { loadDataDir: files }),
    });
    guard(lite, ['query', 'exec', 'transaction']);
    const native = drizzle(lite, { schema, casing: 'snake_case' });
    const db: Db = native;
    await migrateSchema(db, (folder) => migrate(native, { migrationsFolder: folder }));
    if (!files) await image?.keep(lite);
    return embeddedDatabase(lite, db, unlock);
  } catch (error) {
    await lite?.close();
    unlock();
    throw error;
  }
}

function embeddedDatabase(lite: PGlite, db: Db, unlock: () => void): Database {
  let closing: Promise<void> | undefined;
  return {
    kind: 'pglite',
    db,
    driver: { kind: 'pglite', lite },
    transaction: (body) => db.transaction((tx) => insideTransaction(() => body(tx))),
    // In process, so that nothing is ever missed.
    listen: async (channel, onPayload) => {
      const unlisten = await lite.listen(channel, onPayload);
      return () => unlisten();
    },
    ping: async () => {
      await lite.query('select 1');
    },
    close: () => {
      closing ??= lite.close().finally(unlock);
      return closing;
    },
  };
}
