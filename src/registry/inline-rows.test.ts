import { describe, expect, it } from 'vitest';
import { DEFAULT_SPLIT, type RowInput } from '../domain/dataset.ts';
import type { DatasetWarning } from './dataset-warnings.ts';
import { prepareInlineRows } from './inline-rows.ts';

const sentence = (i: number) => Array.from({ length: 12 }, (_, k) => `word${i}n${k}`).join(' ');
const rowsOf = (count: number, more: (i: number) => Partial<RowInput> = () => ({})): RowInput[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    input: sentence(i),
    expected: `label ${i % 3}`,
    ...more(i),
  }));

async function warning(rows: readonly RowInput[], code: DatasetWarning['code']): Promise<DatasetWarning | undefined> {
  const { warnings } = await prepareInlineRows(rows, DEFAULT_SPLIT);
  return warnings.find((one) => one.code === code);
}

describe('prepareInlineRows', () => {
  it('gives rows their stored form and a split; the hash says when anything changed', async () => {
    const rows: RowInput[] = [
      { input: 'a', context: 'doc', expected: null },
      { id: 'x', input: { b: 1 }, metadata: { tier: 'gold' }, cohort: 'vip', excluded: true },
    ];
    const prepared = await prepareInlineRows(rows, DEFAULT_SPLIT);
    expect(prepared.rows).toEqual([
      { row: { id: 'row-1', input: 'a', context: ['doc'], metadata: {} }, split: 'train' },
      { row: { id: 'x', input: { b: 1 }, context: [], metadata: { tier: 'gold' }, cohort: 'vip' }, split: null },
    ]);
    expect(prepared.splits).toEqual({ train: 1, validation: 0, test: 0 });
    expect((await prepareInlineRows(rows, DEFAULT_SPLIT)).sha256).toBe(prepared.sha256);
    expect((await prepareInlineRows(rows, { train: 1, validation: 0, test: 0 })).sha256).not.toBe(prepared.sha256);
    expect((await prepareInlineRows([...rows].reverse(), DEFAULT_SPLIT)).sha256).not.toBe(prepared.sha256);
  });

  it('names broken rows where they stand in the request', async () => {
    await expect(prepareInlineRows([{ input: 'a' }, { input: 1 }], DEFAULT_SPLIT)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'dataset.rows.1' }],
    });
  });

  it('has nothing to say about a good dataset', async () => {
    expect((await prepareInlineRows(rowsOf(90), DEFAULT_SPLIT)).warnings).toEqual([]);
  });

  it('warns of a tiny dataset, an empty split, and answers that are missing or all the same', async () => {
    expect((await warning(rowsOf(29), 'tiny-dataset'))?.message).toContain('only 29 rows');
    expect(await warning(rowsOf(30), 'tiny-dataset')).toBeUndefined();
    expect(
      (
        await warning(
          rowsOf(40, () => ({ split: 'train' })),
          'empty-split',
        )
      )?.message,
    ).toContain('validation');
    const missing = await warning(
      rowsOf(40, (i) => (i % 20 === 3 ? { expected: null } : {})),
      'missing-expected',
    );
    expect(missing?.message).toContain('2 of 40');
    expect([...(missing?.rows ?? [])].sort()).toEqual(['r23', 'r3']);
    expect(
      await warning(
        rowsOf(40, () => ({ expected: 'yes' })),
        'one-expected-answer',
      ),
    ).toBeDefined();
  });

  it('warns of equal inputs that expect different answers', async () => {
    const found = await warning(
      rowsOf(60, (i) => (i < 2 ? { input: 'same' } : {})),
      'conflicting-expected',
    );
    expect([...(found?.rows ?? [])].sort()).toEqual(['r0', 'r1']);
  });

  it('warns of equal and of similar inputs in different splits, and tells them apart', async () => {
    const text = sentence(1000).split(' ');
    const near = [...text, 'and', 'one', 'more'].join(' ');
    const rows = rowsOf(60, (i) => {
      if (i === 0) return { input: 'Same words, other CASE!', split: 'train' };
      if (i === 1) return { input: 'Same words, other CASE!', split: 'test' };
      if (i === 2) return { input: text.concat(text).concat(text).join(' '), split: 'train' };
      if (i === 3) return { input: text.concat(text).concat(near).join(' '), split: 'validation' };
      return {};
    });
    const equal = await warning(rows, 'duplicates-across-splits');
    expect([...(equal?.rows ?? [])].sort()).toEqual(['r0', 'r1']);
    expect(equal?.message).toMatch(/^2 rows .*r0 in train/);
    const similar = await warning(rows, 'near-duplicates-across-splits');
    expect([...(similar?.rows ?? [])].sort()).toEqual(['r2', 'r3']);
  });

  it('finds nine in ten pairs of similar inputs among many, and no unlike ones', async () => {
    const rows: RowInput[] = [];
    for (let i = 0; i < 400; i++) {
      const words = Array.from({ length: 80 }, (_, k) => `p${i}w${k}`);
      rows.push({ id: `a${i}`, input: words.join(' '), expected: `x${i % 3}`, split: 'train' });
      words[40] = 'other';
      // Half of the pairs differ in one word of 80 (similarity 0.93), half have nothing in common.
      const text = i < 200 ? words.join(' ') : words.map((word) => `${word}z`).join(' ');
      rows.push({ id: `b${i}`, input: text, expected: `x${i % 3}`, split: 'test' });
    }
    const found = await warning(rows, 'near-duplicates-across-splits');
    const count = Number(/^\d+/.exec(found?.message ?? '')?.[0]);
    expect(count).toBeGreaterThan(360);
    expect(count).toBeLessThanOrEqual(400);
  });
});
