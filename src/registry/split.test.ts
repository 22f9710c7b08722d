import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SPLIT, type RowInput, SPLITS, type Split, type SplitRatio } from '../domain/dataset.ts';
import { createRandom } from '../search/random.ts';
import { assignSplits } from './split.ts';

const random = createRandom('split.test');
/** Inputs without a common word: no two are duplicates. */
const distinct = (i: number) => Array.from({ length: 8 }, (_, k) => `w${i}x${k}`).join(' ');
const rowsOf = (count: number, more: (i: number) => Partial<RowInput> = () => ({})): RowInput[] =>
  Array.from({ length: count }, (_, i) => ({ id: `id-${i}`, input: distinct(i), ...more(i) }));
const count = (splits: readonly (Split | null)[], split: Split | null) => splits.filter((one) => one === split).length;

describe('assignSplits', () => {
  it('keeps shares to about a row, overall and in every stratum, for any ratio', async () => {
    const parts = fc.tuple(fc.nat(10), fc.nat(10), fc.nat(10)).filter((p) => p[0] + p[1] + p[2] > 0);
    await fc.assert(
      fc.asyncProperty(
        parts,
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 6 }),
        async (p, size, labels) => {
          const total = p[0] + p[1] + p[2];
          const ratio: SplitRatio = { train: p[0] / total, validation: p[1] / total, test: p[2] / total };
          const rows = rowsOf(size, (i) => ({ expected: `label ${i % labels}`, cohort: `cohort ${i % 2}` }));
          const splits = await assignSplits(rows, ratio);
          for (const split of SPLITS) {
            expect(Math.abs(count(splits, split) - ratio[split] * size)).toBeLessThan(1.5);
            if (ratio[split] === 0) expect(count(splits, split)).toBe(0);
            for (const stratum of new Set(rows.map((row) => `${row.expected} ${row.cohort}`))) {
              const own = splits.filter((_, i) => `${rows[i]?.expected} ${rows[i]?.cohort}` === stratum);
              expect(Math.abs(count(own, split) - ratio[split] * own.length)).toBeLessThan(2.5);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the rows', async () => {
    const rows = rowsOf(120, (i) => ({ expected: i % 3, ...(i % 10 === 0 && { input: distinct(7) }) }));
    const byId = async (list: readonly RowInput[]) => {
      const splits = await assignSplits(list, DEFAULT_SPLIT);
      return new Map(list.map((row, i) => [row.id, splits[i]]));
    };
    const shuffled = random.shuffle(rows);
    expect(shuffled).not.toEqual(rows);
    expect(new Map([...(await byId(shuffled))].sort())).toEqual(new Map([...(await byId(rows))].sort()));
  });

  it('draws rows without ids from their content', async () => {
    const rows = rowsOf(60).map(({ id, ...row }) => row);
    const byInput = async (list: readonly RowInput[]) => {
      const splits = await assignSplits(list, DEFAULT_SPLIT);
      return Object.fromEntries(list.map((row, i) => [String(row.input), splits[i]]));
    };
    expect(await byInput(random.shuffle(rows))).toEqual(await byInput(rows));
  });

  it('keeps splits of rows that have one, and leaves excluded rows out', async () => {
    const rows = rowsOf(100, (i) => ({
      ...(i < 10 && { split: 'test' as const }),
      ...(i >= 90 && { excluded: i % 2 === 0 ? true : 'label is wrong' }),
      ...(i === 50 && { excluded: false }),
    }));
    const splits = await assignSplits(rows, { train: 0.5, validation: 0.5, test: 0 });
    expect(splits.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'test'));
    expect(splits.slice(90)).toEqual(Array.from({ length: 10 }, () => null));
    expect([count(splits, 'train'), count(splits, 'validation'), count(splits, 'test')]).toEqual([40, 40, 10]);
  });

  it('keeps equal and similar inputs together, also with a row that has a split of its own', async () => {
    const long = (topic: number) => Array.from({ length: 60 }, (_, k) => `t${topic}w${k}`);
    const rows = Array.from({ length: 200 }, (_, i) => {
      const words = long(Math.floor(i / 4));
      // Of four versions of a text, two are equal and two differ from them in one word.
      if (i % 4 > 1) words[i % 4] = 'changed';
      return { id: `id-${i}`, input: { text: words.join(' ') }, ...(i === 3 && { split: 'validation' as const }) };
    });
    const splits = await assignSplits(rows, DEFAULT_SPLIT);
    const topics = Array.from({ length: 50 }, (_, topic) => splits.slice(topic * 4, topic * 4 + 4));
    for (const [first, second] of topics) expect(first).toBe(second);
    // Similarity is estimated: a few pairs are missed.
    expect(topics.filter((topic) => new Set(topic).size === 1).length).toBeGreaterThanOrEqual(45);
    expect(splits[0]).toBe('validation');
    for (const split of SPLITS) expect(Math.abs(count(splits, split) - DEFAULT_SPLIT[split] * 200)).toBeLessThan(8);
  });

  it('does not let one large group of copies upset the ratio', async () => {
    const rows = rowsOf(100, (i) => (i < 80 ? { input: 'always the same text here' } : {}));
    const splits = await assignSplits(rows, DEFAULT_SPLIT);
    expect(SPLITS.map((split) => count(splits, split))).toEqual([40, 30, 30]);
  });

  it('gives each split a row from three rows on', async () => {
    expect(new Set(await assignSplits(rowsOf(3), DEFAULT_SPLIT)).size).toBe(3);
  });
});
