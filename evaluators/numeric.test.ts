import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { numeric } from './numeric.ts';

describe('numeric', () => {
  it.each<[string, Json | undefined, object, number | null]>([
    ['The total is 42.', 42, {}, 1],
    ['3 apples and 4 pears make 7', 7, {}, 1],
    ['3 apples and 4 pears make 7', 3, { take: 'first' }, 1],
    ['$1,234.50', 1234.5, {}, 1],
    ['1,234,567', '1,234,567.0', {}, 1],
    ['12,34', 34, {}, 1],
    ['-5 degrees', -5, {}, 1],
    ['−5 degrees', -5, {}, 1],
    ['between 3-5', 5, {}, 1],
    ['GPT-4', 4, {}, 1],
    ['6.02e23', 6.02e23, {}, 1],
    ['.5', 0.5, {}, 1],
    ['50%', '50 %', {}, 1],
    ['#### 18', 'so 9 + 9 = 18\n#### 18', {}, 1],
    ['41', 42, {}, 0],
    ['41', 42, { tolerance: 1 }, 1],
    ['40.9', 42, { tolerance: 1 }, 0],
    ['101', 100, { relativeTolerance: 0.01 }, 1],
    ['102', 100, { relativeTolerance: 0.01 }, 0],
    ['-102', -100, { relativeTolerance: 0.02 }, 1],
    ['0.3', 0.1 + 0.2, {}, 1],
    ['no idea', 42, {}, 0],
    ['1e999', 42, {}, 0],
    ['7', undefined, { value: 7 }, 1],
    ['7', 'seven', {}, null],
    ['7', undefined, {}, null],
    ['7', '1e999', {}, null],
  ])('%j against %j with %j: %j', (output, expected, options, value) => {
    expect(score(numeric, output, options, expected).value).toBe(value);
  });

  it('says which number was read and how far it is off', () => {
    expect(score(numeric, 'It costs 40 euros', { tolerance: 1 }, 42)).toMatchObject({
      category: 'wrong-number:too low',
      feedback: 'expected 42 ± 1, got 40, the last number of the output (off by 2); the output is "It costs 40 euros"',
    });
    expect(score(numeric, 'no idea', {}, 42)).toMatchObject({
      category: 'no-number',
      feedback: 'expected the number 42, got no number at all: "no idea"',
    });
  });
});
