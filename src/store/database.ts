import type { Database, OpenOptions } from './database-handle.ts';

export type { Database, OpenOptions } from './database-handle.ts';

/**
 * Opens the database and brings its schema up to date, under a lock, so that any number of processes may start at once.
 *
 * ```ts
 * const database = await openDatabase({ url: process.env['DATABASE_URL'], dataDir: '.paretune' });
 * await database.transaction(async (tx) => { … });
 * ```
 *
 * @throws ParetuneError `unavailable` when the server cannot be reached, the directory is in use by another process, or the schema is
 * newer than this program.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  // Loaded when needed: the embedded database is 27 MB, and a command that uses a server should not wait for it.
  if (options.url) return (await import('./postgres.ts')).openPostgres({ ...options, url: options.url });
  return (await import('./embedded.ts')).openEmbedded(options.dataDir ?? 'memory', options);
}
