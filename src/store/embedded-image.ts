import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { PGlite } from '@electric-sql/pglite';
import { migrationsFolder } from './migrate.ts';

const DEFAULT_CACHE_DIR = join(homedir(), '.cache', 'paretune');

/**
 * The files of a database that has just been created and migrated, for the next new one to start from: creating one takes seconds, because
 * `initdb` runs in WebAssembly, and copying one a fraction of a second. Kept in `cacheDir` (default `~/.cache/paretune`) under a hash of all
 * that it depends on; what is missing, damaged or cannot be written there costs time and nothing else.
 */
export interface EmbeddedImage {
  /** The image, or null when there is none that is whole. */
  read(): Promise<Blob | null>;
  /** Keeps the files of this database, which must be as new. */
  keep(lite: PGlite): Promise<void>;
}

export async function embeddedImage(cacheDir: string = DEFAULT_CACHE_DIR): Promise<EmbeddedImage> {
  const file = join(cacheDir, `database-${await hashOfOrigins()}.tar.gz`);
  return {
    read: async () => {
      try {
        // Its checksum says whether it is whole.
        return new Blob([new Uint8Array(await promisify(gunzip)(await readFile(file)))]);
      } catch {
        return null;
      }
    },
    keep: async (lite) => {
      // Renamed into place: several processes may be first at once.
      const draft = `${file}.${process.pid}`;
      try {
        const files = await (await lite.dumpDataDir('none')).arrayBuffer();
        const packed = await promisify(gzip)(files, { level: constants.Z_BEST_SPEED });
        await mkdir(cacheDir, { recursive: true, mode: 0o700 });
        await writeFile(draft, packed, { mode: 0o600 });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

async function hashOfOrigins(): Promise<string> {
  const folder = migrationsFolder();
  // The manifest pins the version of the embedded database.
  const hash = createHash('sha256').update(await readFile(join(dirname(folder), 'package.json')));
  for (const name of (await readdir(folder)).sort())
    if (name.endsWith('.sql')) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
