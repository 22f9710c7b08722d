import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { bestAssignment } from './common/assignment.ts';
import { score } from './common/testing.ts';
import { listContains } from './list-contains.ts';

describe('bestAssignment', () => {
  /** Tries every assignment. */
  function largestSum(values: readonly (readonly number[])[], row = 0, taken: ReadonlySet<number> = new Set()): number {
    const own = values[row];
    if (!own) return 0;
    let best = largestSum(values, row + 1, taken);
    own.forEach((value, column) => {
      if (!taken.has(column)) best = Math.max(best, value + largestSum(values, row + 1, new Set([...taken, column])));
    });
    return best;
  }

  it('has the largest sum of all assignments, no column twice', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    const matrices = sizes.chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 10 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrices, (values) => {
        const chosen = bestAssignment(values);
        const used = chosen.filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        const sum = chosen.reduce((total, column, row) => total + (values[row]?.[column] ?? 0), 0);
        expect(sum).toBe(largestSum(values));
      }),
    );
  });

  it('takes empty sides', () => {
    expect(bestAssignment([])).toEqual([]);
    expect(bestAssignment([[], []])).toEqual([-1, -1]);
  });
});

describe('list-contains', () => {
  it.each<[string, Json | undefined, object, number | null]>([
    ['["red", "blue"]', ['blue', 'red'], {}, 1],
    ['["red", "blue", "green"]', ['blue', 'red'], {}, 2 / 3],
    ['["red", "blue", "green"]', ['blue', 'red'], { allowExtra: true }, 1],
    ['["red"]', ['blue', 'red'], {}, 1 / 2],
    ['red, Blue', ['blue', 'red'], {}, 1],
    ['red, Blue', ['blue', 'red'], { compare: 'exact' }, 1 / 2],
    ['- red\n* blue\n3) green', ['red', 'blue', 'green'], {}, 1],
    ['1. red\n2. blue', 'red, blue', {}, 1],
    ['red, blue', '["red", "blue"]', {}, 1],
    ['red\nblue', ['red', 'blue'], { format: 'commas' }, 0],
    ['red, blue', ['red', 'blue'], { format: 'json' }, 0],
    ['red', undefined, { values: ['red'] }, 1],
    ['red', undefined, {}, null],
    ['[]', [], {}, 1],
    ['', [], {}, 1],
    ['', ['red'], {}, 0],
    ['red', [], {}, 0],
    ['red', [], { allowExtra: true }, null],
    ['["a", "a"]', ['a'], {}, 1 / 2],
    ['[1, true, {"b": 1, "a": 2}]', [true, { a: 2, b: 1 }, 1], {}, 1],
    ['["Berlim", "Paris"]', ['Paris', 'Berlin'], { compare: 'levenshtein' }, (1 + 5 / 6) / 2],
    ['東京、大阪', ['東京、大阪'], {}, 1],
    ['["東京", "大阪"]', ['大阪', '東京'], { compare: 'levenshtein' }, 1],
  ])('%j against %j with %j: %d', (output, expected, options, value) => {
    const graded = score(listContains, output, options, expected).value;
    if (value === null) expect(graded).toBeNull();
    else expect(graded).toBeCloseTo(value, 10);
  });

  it('names what is missing, misspelled and too much', () => {
    expect(score(listContains, '["Berlim", "Rome"]', { compare: 'levenshtein' }, ['Berlin', 'Paris'])).toMatchObject({
      category: 'missing-item:Paris',
      feedback:
        'expected 2 items ("Berlin", "Paris"), got 2 items ("Berlim", "Rome"); missing: "Paris"; expected "Berlin", got "Berlim" (0.83 right); not expected: "Rome"',
    });
  });

  it('pairs a bounded number of items', () => {
    const items = Array.from({ length: 20_000 }, (_, index) => `item ${index}`);
    expect(score(listContains, JSON.stringify(items), { compare: 'levenshtein' }, items).value).toBeLessThan(0.01);
    expect(score(listContains, JSON.stringify(items), {}, items).value).toBe(1);
  });
});
