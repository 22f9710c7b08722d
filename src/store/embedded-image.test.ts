import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { projects } from './schema.ts';

describe('the image that a new embedded database starts from', () => {
  /** Where the first database left its image. */
  let first = '';
  let folder = '';
  const open: Database[] = [];
  beforeAll(async () => {
    first = mkdtempSync(join(tmpdir(), 'paretune-image-'));
    await (await openDatabase({ dataDir: 'memory', cacheDir: first })).close();
  });
  afterAll(() => rmSync(first, { recursive: true, force: true }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'paretune-image-'));
    cpSync(first, join(folder, 'cache'), { recursive: true });
  });
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = async (dataDir: string, cacheDir = join(folder, 'cache')) => {
    const database = await openDatabase({ dataDir, cacheDir });
    open.push(database);
    return database;
  };
  const projectsOf = async ({ db }: Database) =>
    (await db.select({ id: projects.id }).from(projects)).map(({ id }) => id);
  const image = () => {
    const [name = ''] = readdirSync(join(folder, 'cache'));
    return join(folder, 'cache', name);
  };
  /** Puts an image in place that can be told from a fresh one. */
  async function markImage() {
    const { db, driver } = await opened('memory');
    await db.insert(projects).values({ id: 'mark', name: 'Mark' });
    if (driver.kind !== 'pglite') throw new Error('not embedded');
    const files = await (await driver.lite.dumpDataDir('none')).arrayBuffer();
    writeFileSync(image(), gzipSync(new Uint8Array(files)));
  }

  it('is kept by the first one, and used in memory and in a directory', async () => {
    await markImage();
    expect(await projectsOf(await opened('memory'))).toEqual(['default', 'mark']);
    expect(await projectsOf(await opened(join(folder, 'data')))).toEqual(['default', 'mark']);
  });

  it('leaves a directory that has a database alone', async () => {
    const earlier = await opened(join(folder, 'data'));
    await earlier.db.insert(projects).values({ id: 'own', name: 'Own' });
    await earlier.close();
    await markImage();
    expect(await projectsOf(await opened(join(folder, 'data')))).toEqual(['default', 'own']);
  });

  it('is made again when it is damaged', async () => {
    await markImage();
    truncateSync(image(), 100_000);
    expect(await projectsOf(await opened('memory'))).toEqual(['default']);
    expect(readFileSync(image()).length).toBeGreaterThan(1_000_000);
    expect(await projectsOf(await opened('memory'))).toEqual(['default']);
  });

  it('is done without where it cannot be kept', async () => {
    rmSync(join(folder, 'cache'), { recursive: true });
    writeFileSync(join(folder, 'cache'), 'a file where the directory should be');
    expect(await projectsOf(await opened('memory'))).toEqual(['default']);
  });
});
