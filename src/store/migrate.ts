import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import type { Db } from './db.ts';
import { rawRows } from './raw-rows.ts';
import { DEFAULT_PROJECT, projects } from './schema.ts';

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })).min(1) });

/** The folder of migrations, looked for upwards: the sources and the compiled files lie at different depths. */
export function migrationsFolder(from: string = import.meta.dirname): string {
  const folder = join(from, 'migrations');
  if (existsSync(join(folder, 'meta', '_journal.json'))) return folder;
  if (dirname(from) === from) throw new Error('the migrations folder is missing from this installation');
  return migrationsFolder(dirname(from));
}

/** Throws when the database was migrated by a newer version of the service: its tables may mean something else by now. */
async function refuseNewer(db: Db, folder: string): Promise<void> {
  const journal = journalSchema.parse(JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')));
  const known = Math.max(...journal.entries.map((entry) => entry.when));
  const [table] = await rawRows(db, sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`);
  if (!table?.['name']) return;
  const [last] = await rawRows(db, sql`select max(created_at)::text as latest from drizzle.__drizzle_migrations`);
  if (Number(last?.['latest'] ?? 0) > known) {
    const newest = journal.entries.at(-1)?.tag;
    throw new ParetuneError(
      'unavailable',
      `the database was migrated by a newer version of paretune than this one (which knows migrations up to ${newest}): start the newer version`,
    );
  }
}

/**
 * Brings the schema up to date. `run` is the driver's own migrator. The caller holds the lock that keeps other processes out.
 *
 * @throws ParetuneError `unavailable` when the schema is newer than this program.
 */
export async function migrateSchema(db: Db, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = migrationsFolder();
  await refuseNewer(db, folder);
  await run(folder);
  await db.insert(projects).values({ id: DEFAULT_PROJECT, name: 'Default' }).onConflictDoNothing();
}
