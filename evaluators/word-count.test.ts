import { describe, expect, it } from 'vitest';
import { countOf, type Unit } from './common/count-text.ts';
import { score } from './common/testing.ts';
import { wordCount } from './word-count.ts';

describe('counting', () => {
  it.each<[Unit, string, number]>([
    ['words', 'one two  three\nfour', 4],
    ['words', '- one\n- two', 2],
    ['words', "it's well-known", 2],
    ['words', '', 0],
    ['words', '你好 world', 3],
    ['characters', ' héllo 😀 ', 7],
    ['sentences', 'One. Two! Three?', 3],
    ['sentences', 'Pi is 3.14 today. Yes', 2],
    ['sentences', 'He said "no." Then he left.', 2],
    ['sentences', 'Wait... what?!', 2],
    ['sentences', 'A line\nAnother line', 2],
    ['sentences', '今日は。元気？', 2],
    ['sentences', '...', 0],
  ])('%s of %j: %d', (unit, text, count) => {
    expect(countOf(text, unit)).toBe(count);
  });
});

describe('word-count', () => {
  it.each<[object, number, string | null]>([
    [{ max: 4 }, 1, null],
    [{ max: 2 }, 0.5, 'too-long'],
    [{ min: 8 }, 0.5, 'too-short'],
    [{ min: 4, max: 4 }, 1, null],
    [{ max: 0 }, 0, 'too-long'],
    [{ unit: 'characters', max: 9 }, 0.5, 'too-long'],
  ])('four words with %j: %d', (options, value, category) => {
    expect(score(wordCount, 'one two three four', options)).toMatchObject({ value, category });
  });

  it('says by how much', () => {
    expect(score(wordCount, 'one two three four', { min: 1, max: 3 }).feedback).toBe(
      'expected 1 to 3 words, got 4 (1 too many): "one two three four"',
    );
  });

  it('refuses limits that make no sense', () => {
    expect(() => wordCount.prepare({})).toThrow(/or both/);
    expect(() => wordCount.prepare({ min: 3, max: 2 })).toThrow(/larger/);
  });
});
