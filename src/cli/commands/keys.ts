import { z } from 'zod';
import { KEY_ROLES } from '../../domain/access.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../../store/api-keys.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { ensureProject } from '../../store/projects.ts';
import { DEFAULT_PROJECT } from '../../store/schema.ts';
import { systemClock } from '../../system.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { table } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { configOf } from '../remote.ts';

export interface KeyOptions {
  readonly project?: string;
  readonly role?: string;
  readonly name?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/**
 * Keys are made in the database itself, so that the first one can be: DATABASE_URL, or the embedded database while no service uses it.
 */
async function withDatabase<T>(io: Io, options: KeyOptions, work: (database: Database) => Promise<T>): Promise<T> {
  const config = configOf(io, options.dataDir === undefined ? {} : { dataDir: options.dataDir });
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Prints the key: it is shown this once. */
export async function createKey(io: Io, options: KeyOptions): Promise<ExitCode> {
  const role = z.enum(KEY_ROLES).safeParse(options.role ?? 'editor');
  if (!role.success) throw badInput([{ path: '--role', message: `must be one of ${KEY_ROLES.join(', ')}` }]);
  const projectId = options.project ?? DEFAULT_PROJECT;
  const made = await withDatabase(io, options, async ({ db }) => {
    await ensureProject(db, projectId);
    return createApiKey(db, { projectId, name: options.name ?? 'unnamed', role: role.data }, systemClock.now());
  });
  if (options.json) printJson(io, { key: made.key, ...made.record });
  else {
    io.out(`${made.key}\n`);
    io.err(
      `role ${role.data}, project ${projectId}; the key is not stored and not shown again. From now on every request needs one.\n`,
    );
  }
  return EXIT.done;
}

export async function listKeys(io: Io, options: KeyOptions): Promise<ExitCode> {
  const keys = await withDatabase(io, options, ({ db }) => listApiKeys(db, options.project ?? DEFAULT_PROJECT));
  if (options.json) printJson(io, { items: keys });
  else if (keys.length === 0) io.out('no keys: the service answers to this machine only\n');
  else {
    const day = (date: Date | null) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
    const rows = keys.map((key) => [
      key.id,
      key.role,
      key.revokedAt ? `revoked ${day(key.revokedAt)}` : 'valid',
      day(key.createdAt),
      day(key.lastUsedAt),
      key.name,
    ]);
    io.out(table(['KEY', 'ROLE', 'STATE', 'CREATED (UTC)', 'LAST USED', 'NAME'], rows, io.result.columns()));
  }
  return EXIT.done;
}

export async function revokeKey(io: Io, id: string, options: KeyOptions): Promise<ExitCode> {
  const project = options.project ?? DEFAULT_PROJECT;
  const revoked = await withDatabase(io, options, ({ db }) => revokeApiKey(db, project, id, systemClock.now()));
  if (!revoked)
    throw new Refusal(EXIT.badInput, `project "${project}" has no valid key "${id}"; see: paretune keys list`);
  if (options.json) printJson(io, { id, revoked: true });
  else io.out(`revoked ${id}\n`);
  return EXIT.done;
}
