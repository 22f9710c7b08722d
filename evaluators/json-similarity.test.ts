import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { jsonSimilarity } from './json-similarity.ts';

const similar = (found: Json, expected: Json, options: object = {}) =>
  score(jsonSimilarity, JSON.stringify(found), options, expected);

describe('json-similarity', () => {
  it.each<[Json, Json, object, number]>([
    // The cases of autoevals' JSONDiff tests.
    ['', '', {}, 1],
    ['', 'a', {}, 0],
    ['ab', 'ac', {}, 0.5],
    ['abc', 'axc', {}, 2 / 3],
    ['xabxcdxxefxgx', '1ab2cd34ef5g6', {}, 7 / 13],
    [null, null, {}, 1],
    ['', null, {}, 0],
    [[], {}, {}, 0],
    [[], [], {}, 1],
    [{}, {}, {}, 1],
    [{ a: 1 }, { a: 1 }, {}, 1],
    [{ a: 1 }, { a: 2 }, {}, 2 / 3],
    [{ a: 1 }, { b: { a: 1 } }, {}, 0],
    [{ a: 1 }, { a: null }, {}, 0],
    [{ mapping: { a: 'foo', b: 'bar' } }, { mapping: { a: 'Foo', b: 'Bar' }, Extra: 5 }, {}, 1 / 3],
    // Ours: options, lists, numbers.
    [{ a: 'ab', b: 1 }, { a: 'ac', b: 1 }, { strings: 'exact' }, 0.5],
    [1, 2, { numbers: 'exact' }, 0],
    [-1, 1, {}, 0],
    [0, 0, {}, 1],
    [1e308, 1.5e308, {}, 0.8],
    [5e-324, -5e-324, {}, 0],
    [[1, 2, 3], [1, 2], {}, 2 / 3],
    [[2, 1], [1, 2], { numbers: 'exact' }, 0],
    [true, true, {}, 1],
    ['1', 1, {}, 0],
    [{ ключ: '值' }, { ключ: '值' }, {}, 1],
  ])('%j against %j with %j: %d', (found, expected, options, value) => {
    expect(similar(found, expected, options).value).toBeCloseTo(value, 10);
  });

  it('reads an infinite number as no number', () => {
    expect(score(jsonSimilarity, '1e999', {}, 1).value).toBe(0);
  });

  it('reads expected JSON that is written as a text', () => {
    expect(score(jsonSimilarity, '{"a": 1}', {}, '{"a":1}').value).toBe(1);
  });

  it('tells the paths that cost most first', () => {
    const graded = similar({ name: 'Ana', tags: ['a', 'x'], extra: 1 }, { name: 'Anna', tags: ['a', 'b'], age: 3 });
    expect(graded).toMatchObject({ category: 'missing-field:age' });
    expect(graded.feedback.split('\n').slice(1)).toEqual([
      '- age: missing, expected 3',
      '- extra: not expected, got 1',
      '- tags.1: expected "b", got "x"',
      '- name: expected "Anna", got "Ana"',
    ]);
  });

  it('is missing without an expected answer, and 0 for what is no JSON', () => {
    expect(score(jsonSimilarity, '{}').value).toBeNull();
    expect(score(jsonSimilarity, 'hello', {}, { a: 1 })).toMatchObject({ value: 0, category: 'not-json' });
  });

  it('stops at 200 levels', () => {
    const deep = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(similar(deep(150), deep(150)).value).toBe(1);
    expect(similar(deep(300), deep(150))).toMatchObject({ value: 0, category: 'too-deep' });
    expect(similar(deep(150), deep(300)).value).toBeNull();
  });
});
