import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score } from '../src/domain/suite.ts';
import { allOf } from './all-of.ts';
import { anyOf } from './any-of.ts';
import { score } from './common/testing.ts';
import { weighted } from './weighted.ts';

/** A member that passes at this threshold. */
const member = (value: number | null, threshold = 0.5): Score => ({
  value,
  pass: value !== null && value >= threshold,
  feedback: `it is ${value}`,
  category: null,
});
const scores = {
  good: member(1),
  fair: member(0.6),
  poor: member(0.2),
  zero: member(0, 0),
  bad: member(0),
  gone: member(null),
};

describe('weighted', () => {
  const mean = (options: object) => score(weighted, '', options, undefined, { scores });

  it.each<[object, number | null, string | null]>([
    [{ weights: { good: 1, poor: 3 } }, 0.4, 'low:poor'],
    [{ weights: { good: 2 } }, 1, null],
    [{ weights: { bad: 1 } }, 0, 'low:bad'],
    [{ weights: { good: 1, gone: 1 } }, null, null],
    [{ weights: { good: 1 }, gates: ['fair'] }, 1, null],
    [{ weights: { good: 1 }, gates: ['fair', 'poor'] }, 0, 'gate:poor'],
    // A gate passes at its own threshold, also when that is 0.
    [{ weights: { good: 1 }, gates: ['zero'] }, 1, null],
    [{ weights: { good: 1 }, gates: ['gone'] }, null, null],
    [{ weights: { good: 1 }, gates: ['gone', 'bad'] }, 0, 'gate:bad'],
    // The gates come first: what is missing behind one that failed changes nothing.
    [{ weights: { gone: 1 }, gates: ['bad'] }, 0, 'gate:bad'],
    [{ weights: { absent: 1 } }, null, null],
    [{ weights: { toString: 1 } }, null, null],
  ])('with %j: %j', (options, value, category) => {
    const graded = mean(options);
    if (value === null) expect(graded.value).toBeNull();
    else expect(graded.value).toBeCloseTo(value, 12);
    expect(graded.category).toBe(category);
  });

  it('tells what costs most first', () => {
    expect(mean({ weights: { fair: 1, poor: 3, good: 1 } }).feedback).toBe(
      'weighted mean 0.44; what costs most: poor 0.20 (it is 0.2), weight 0.6; fair 0.60 (it is 0.6), weight 0.2',
    );
    expect(mean({ weights: { good: 1 }, gates: ['bad'] }).feedback).toBe(
      '"bad" must pass and did not, so the rest does not count: bad 0.00 (it is 0)',
    );
  });

  it('is between the least and the largest value', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const weight = fc.double({ min: 1e-300, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, weight), { minLength: 1, maxLength: 50 }), (parts) => {
        const entries = parts.map(([each], index) => [`m${index}`, member(each)] as const);
        const weights = Object.fromEntries(parts.map(([, each], index) => [`m${index}`, each]));
        const graded =
          score(weighted, '', { weights }, undefined, { scores: Object.fromEntries(entries) }).value ?? NaN;
        const values = parts.map(([each]) => each);
        expect(graded).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(graded).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      }),
    );
  });

  it('refuses weights that make no sense', () => {
    expect(() => weighted.prepare({ weights: {} })).toThrow(/must name/);
    expect(() => weighted.prepare({ weights: { a: 0 } })).toThrow();
    expect(() => weighted.prepare({ weights: { a: 1 }, gates: ['b', 'b'] })).toThrow(/once/);
  });
});

describe('all-of and any-of', () => {
  it.each<[string[], number | null, number | null]>([
    [['good', 'fair'], 1, 1],
    [['good', 'poor'], 0, 1],
    [['bad', 'poor'], 0, 0],
    [['zero'], 1, 1],
    [['good', 'gone'], null, 1],
    [['bad', 'gone'], 0, null],
    [['gone'], null, null],
    [['good', 'bad', 'gone'], 0, 1],
  ])('of %j: all %j, any %j', (of, all, any) => {
    expect(score(allOf, '', { of }, undefined, { scores }).value).toBe(all);
    expect(score(anyOf, '', { of }, undefined, { scores }).value).toBe(any);
  });

  it('look at the gates first', () => {
    const gate = (...gates: string[]) => score(anyOf, '', { of: ['good'], gates }, undefined, { scores });
    expect(gate('fair').value).toBe(1);
    expect(gate('poor')).toMatchObject({ value: 0, category: 'gate:poor', details: { failed: ['poor'] } });
    expect(gate('gone').value).toBeNull();
  });

  it('name those that fail', () => {
    expect(score(allOf, '', { of: ['good', 'poor', 'bad'] }, undefined, { scores })).toMatchObject({
      category: 'failed:poor',
      feedback: 'expected all of 3 evaluators to pass, 2 did not: poor 0.20 (it is 0.2); bad 0.00 (it is 0)',
    });
    expect(score(anyOf, '', { of: ['poor', 'bad'] }, undefined, { scores }).feedback).toBe(
      'expected one of 2 evaluators to pass, none did: poor 0.20 (it is 0.2); bad 0.00 (it is 0)',
    );
  });

  it('say whom they combine', () => {
    expect(allOf.combines({ of: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(anyOf.combines({ of: ['a'], gates: ['c'] })).toEqual(['c', 'a']);
    expect(weighted.combines({ weights: { a: 1 }, gates: ['b'] })).toEqual(['b', 'a']);
  });
});
