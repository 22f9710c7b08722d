import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DEFAULT_SPLIT, type RowInput, SPLITS, type Split } from '../domain/dataset.ts';
import type { Database } from '../store/database.ts';
import { datasetRows, datasets as datasetsTable, datasetVersions } from '../store/schema.ts';
import type { Scope } from '../store/scope.ts';
import { describeDatabases, newProject } from '../store/testing.ts';
import { createDatasetRegistry, type DatasetRegistry } from './dataset-registry.ts';
import { removeAbandonedUploads } from './dataset-upload.ts';
import { assignSplits } from './split.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const text = (i: number) => Array.from({ length: 10 }, (_, k) => `w${i}x${k}`).join(' ');
const rowsOf = (count: number, more: (i: number) => Partial<RowInput> = () => ({})): RowInput[] =>
  Array.from({ length: count }, (_, i) => ({ id: `r${i}`, input: text(i), expected: `label ${i % 3}`, ...more(i) }));

async function* jsonl(rows: readonly unknown[]) {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

describeDatabases('dataset registry', (open) => {
  let database: Database;
  let datasets: DatasetRegistry;
  let scope: Scope;
  beforeAll(async () => {
    database = await open();
    datasets = createDatasetRegistry({ database, clock: { now: () => NOW } });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    scope = { projectId: await newProject(database) };
  });

  const upload = (name: string, rows: readonly unknown[]) =>
    datasets.createVersion(scope, name, { format: 'jsonl', body: jsonl(rows) });

  /** Everything of the project in the tables of datasets: what a failed upload may not leave behind. */
  const leftovers = async () => {
    const counts = [];
    for (const table of [datasetsTable, datasetVersions, datasetRows]) {
      counts.push(await database.db.$count(table, eq(table.projectId, scope.projectId)));
    }
    return counts;
  };

  it('stores rows as they came, with splits, counts and warnings', async () => {
    const rows: RowInput[] = [
      { id: 'a', input: { z: 1, a: [true, null, 'x'] }, expected: 'true', context: 'one', cohort: 'vip' },
      { input: 'nul \0 and \ud800 survive', expected: { b: 1, a: 2 }, context: ['one', 'two'], metadata: { n: 1 } },
      { id: 'c', input: '', expected: false, excluded: 'wrong label' },
      { id: 'd', input: 'text', excluded: true, split: 'test' },
    ];
    const version = await datasets.createVersion(scope, 'd', {
      format: 'jsonl',
      body: jsonl(rows),
      message: 'first',
      author: 'ada',
    });
    expect(version).toMatchObject({
      ref: 'd@1',
      created: true,
      rowCount: 4,
      splits: { train: 1, validation: 1, test: 0 },
      splitRatio: DEFAULT_SPLIT,
      message: 'first',
      author: 'ada',
      createdAt: NOW,
    });
    expect(version.warnings.map(({ code }) => code)).toEqual(['tiny-dataset', 'empty-split']);
    const { items } = await datasets.rows(scope, version);
    expect(items.map((row) => ({ ...row, split: row.split !== null }))).toEqual([
      { id: 'a', input: rows[0]?.input, expected: 'true', context: ['one'], cohort: 'vip', metadata: {}, split: true },
      { ...rows[1], id: 'row-2', split: true },
      { id: 'c', input: '', expected: false, context: [], metadata: {}, excluded: 'wrong label', split: false },
      { id: 'd', input: 'text', context: [], metadata: {}, excluded: 'excluded', split: false },
    ]);
    // Rendered into prompts: the order of keys is part of the text.
    expect(JSON.stringify(items[0]?.input)).toBe('{"z":1,"a":[true,null,"x"]}');
  });

  it('stores the splits that the rows get by themselves, across batches and pages', async () => {
    const rows = rowsOf(1300, (i) => (i % 50 === 0 ? { excluded: true } : i % 7 === 0 ? { cohort: 'gold' } : {}));
    const version = await upload('d', rows);
    const expected = await assignSplits(rows, DEFAULT_SPLIT);
    const bySplit = (split: Split) => rows.filter((_, i) => expected[i] === split).map(({ id }) => id);
    for (const split of SPLITS) {
      const refs = await collect(datasets.rowRefs(scope, version, split));
      expect(refs.map(({ id }) => id)).toEqual(bySplit(split));
      expect(version.splits[split]).toBe(refs.length);
      const stored: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await datasets.rows(scope, version, { split, limit: 200, cursor });
        stored.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(stored).toEqual(bySplit(split));
    }
    expect(await datasets.splitBy(scope, version, DEFAULT_SPLIT)).toEqual({
      train: bySplit('train'),
      validation: bySplit('validation'),
      test: bySplit('test'),
    });
    const other = await datasets.splitBy(scope, version, { train: 0.5, validation: 0.5, test: 0 });
    expect([other.train.length, other.validation.length, other.test.length]).toEqual([637, 637, 0]);
    const wanted = ['r1299', 'r3', 'r7'];
    expect((await datasets.rowsByIds(scope, version, wanted)).map(({ id, cohort }) => [id, cohort])).toEqual([
      ['r1299', undefined],
      ['r3', undefined],
      ['r7', 'gold'],
    ]);
    await expect(datasets.rowsByIds(scope, version, ['r3', 'nobody'])).rejects.toMatchObject({ code: 'not_found' });
  });

  it('never draws again what came with splits of its own', async () => {
    const version = await upload(
      'd',
      rowsOf(10, (i) => (i === 4 ? { split: 'test' } : {})),
    );
    expect(version.splitRatio).toBeNull();
    await expect(datasets.splitBy(scope, version, DEFAULT_SPLIT)).rejects.toMatchObject({
      code: 'unprocessable',
      errors: [{ path: 'split' }],
    });
  });

  it('gives the same content its existing version', async () => {
    const first = await upload('d', rowsOf(40));
    expect(
      await upload(
        'd',
        rowsOf(40, (i) => (i === 5 ? { expected: 'corrected' } : {})),
      ),
    ).toMatchObject({ version: 2 });
    expect(await upload('d', rowsOf(40))).toEqual({ ...first, created: false });
    expect((await datasets.versions(scope, 'd')).items.map(({ version }) => version)).toEqual([2, 1]);
    expect(await leftovers()).toEqual([1, 2, 80]);
    expect(await upload('other', rowsOf(40))).toMatchObject({ ref: 'other@1', created: true, sha256: first.sha256 });
  });

  it('leaves nothing behind when a row is broken after many were stored', async () => {
    await expect(upload('d', [...rowsOf(1200), { id: 'r3', input: 'again' }])).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'line 1201', message: expect.stringContaining('line 4') }],
    });
    expect(await leftovers()).toEqual([0, 0, 0]);
    await upload('d', rowsOf(3));
    await expect(upload('d', [...rowsOf(700), 'broken'])).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await leftovers()).toEqual([1, 1, 3]);
    expect(await upload('d', rowsOf(4))).toMatchObject({ ref: 'd@2' });
  });

  it('leaves nothing behind when the sender goes away', async () => {
    async function* body() {
      yield* jsonl(rowsOf(900));
      throw new Error('connection reset');
    }
    await expect(datasets.createVersion(scope, 'd', { format: 'jsonl', body: body() })).rejects.toThrow('reset');
    expect(await leftovers()).toEqual([0, 0, 0]);
  });

  it('shows an upload only when it is complete, and takes away what a dead process left', async () => {
    let arrived = () => {};
    let goOn = () => {};
    const half = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const rest = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* body() {
      yield* jsonl(rowsOf(600));
      arrived();
      await rest;
      yield* jsonl([{ id: 'last', input: 'x' }]);
    }
    const uploading = datasets.createVersion(scope, 'd', { format: 'jsonl', body: body() });
    await half;
    expect((await leftovers())[1]).toBe(1);
    await expect(datasets.resolve(scope, 'd@latest')).rejects.toMatchObject({ code: 'unknown_reference' });
    await expect(datasets.rows(scope, { name: 'd', version: 1 })).rejects.toMatchObject({ code: 'not_found' });
    expect((await datasets.list(scope)).items).toEqual([]);
    expect(await removeAbandonedUploads(database, NOW)).toBe(0);
    goOn();
    expect(await uploading).toMatchObject({ ref: 'd@1', rowCount: 601 });
    await database.db.insert(datasetVersions).values({ ...scope, name: 'd', version: 2, createdAt: NOW });
    expect(await removeAbandonedUploads(database, new Date(NOW.getTime() + 1))).toBe(1);
    expect(await leftovers()).toEqual([1, 1, 601]);
  });

  it('gives racing uploads consecutive versions', async () => {
    const uploads = [0, 1, 2, 3].map((n) => upload('d', rowsOf(30 + n)));
    expect((await Promise.all(uploads)).map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
    const same = await Promise.all([0, 1, 2].map(() => upload('same', rowsOf(20))));
    expect(same.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(same.map(({ ref }) => ref)).size).toBe(1);
    expect((await datasets.versions(scope, 'same')).items).toHaveLength(1);
  });

  it('compares versions by row id', async () => {
    const split = 'train' as const;
    await upload(
      'd',
      rowsOf(30, () => ({ split })),
    );
    const changed = rowsOf(32, (i) => ({
      split: i === 1 ? 'test' : split,
      ...(i === 2 && { expected: 'corrected', cohort: 'new' }),
    })).slice(1);
    await upload('d', changed);
    const diff = await datasets.diff(scope, 'd', { from: 1, to: 2 }, { limit: 3 });
    expect(diff).toMatchObject({ from: { ref: 'd@1' }, to: { ref: 'd@2' } });
    expect(diff.counts).toEqual({ added: 2, removed: 1, changed: 2, unchanged: 27 });
    const next = await datasets.diff(scope, 'd', { from: 1, to: 2 }, { limit: 3, cursor: diff.nextCursor ?? '' });
    expect(next.nextCursor).toBeNull();
    expect([...diff.items, ...next.items].map(({ id, change, fields }) => [id, change, ...fields])).toEqual([
      ['r0', 'removed'],
      ['r1', 'changed', 'split'],
      ['r2', 'changed', 'expected', 'cohort'],
      ['r30', 'added'],
      ['r31', 'added'],
    ]);
    expect(diff.items[2]).toMatchObject({ before: { expected: 'label 2' }, after: { expected: 'corrected' } });
  });

  it('resolves references within the project', async () => {
    await upload('d', rowsOf(5));
    await upload('d', rowsOf(6));
    expect((await datasets.resolve(scope, 'd@latest')).ref).toBe('d@2');
    expect((await datasets.resolve(scope, 'd@1')).rowCount).toBe(5);
    await expect(datasets.resolve(scope, 'd@7')).rejects.toThrow('"d@7" does not exist; the newest version is d@2');
    const other = { projectId: await newProject(database) };
    await expect(datasets.resolve(other, 'd@1')).rejects.toMatchObject({ code: 'unknown_reference' });
    await expect(datasets.rowsByIds(other, { name: 'd', version: 1 }, ['r0'])).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await collect(datasets.rowRefs(other, { name: 'd', version: 1 }, 'train'))).toEqual([]);
  });
});
