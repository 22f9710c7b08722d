import { describe, expect, it } from 'vitest';
import { score } from './common/testing.ts';
import { regex } from './regex.ts';

describe('regex', () => {
  it.each<[string, object, number]>([
    ['order 1234 shipped', { pattern: '\\d{4}' }, 1],
    ['order 12 shipped', { pattern: '\\d{4}' }, 0],
    ['order 1234 shipped', { pattern: '\\d{4}', match: 'full' }, 0],
    [' 1234\n', { pattern: '\\d{4}', match: 'full' }, 1],
    ['ERROR', { pattern: 'error' }, 0],
    ['ERROR', { pattern: 'error', flags: 'i' }, 1],
    ['a\nb', { pattern: '^b$' }, 0],
    ['a\nb', { pattern: '^b$', flags: 'm' }, 1],
    ['a\nb', { pattern: 'a.b' }, 0],
    ['a\nb', { pattern: 'a.b', flags: 's' }, 1],
    ['é', { pattern: '\\u00e9' }, 1],
    ['2026-11-20', { pattern: '^(?<year>\\d{4})-\\d\\d-\\d\\d$' }, 1],
  ])('%j with %j: %d', (output, options, value) => {
    expect(score(regex, output, options).value).toBe(value);
  });

  it('says that a full match fails for extra text', () => {
    const graded = score(regex, 'It is 1234.', { pattern: '\\d{4}', match: 'full' });
    expect(graded.category).toBe('no-match');
    expect(graded.feedback).toContain('a part of the output matches');
  });

  it.each([
    ['(?=x)', /look-around are not supported/],
    ['(a)\\1', /back-references/],
    ['[a-', /missing closing/],
    ['(?:x{1000}y{1000}){900}', /repeat|instructions/],
    ['(?:x{900}|y{900}|z{900}|a{900}|b{900}|c{900})', /instructions, 5000 are allowed/],
  ])('refuses the pattern %s with the reason', (pattern, reason) => {
    expect(() => regex.prepare({ pattern })).toThrow(reason);
  });

  it('refuses unknown flags', () => {
    expect(() => regex.prepare({ pattern: 'a', flags: 'g' })).toThrow(/ignore case/);
  });

  it.each(['^(a+)+$', '(a|aa)+$', '(a|a?)+$', '(.*a){20}$', '([a-z]+)*\\d', '[ab]*a[ab]{990}c'])(
    'needs bounded work for %s, which is exponential in a backtracking engine',
    { timeout: 20_000 },
    (pattern) => {
      let hostile = '';
      for (let index = 0; index < 1_000_000; index += 1) hostile += 'ab'[(Math.imul(index, 2654435761) >>> 13) & 1];
      expect(score(regex, `${'a'.repeat(1_000_000)}!`, { pattern }).value).toBeGreaterThanOrEqual(0);
      expect(score(regex, hostile, { pattern }).value).toBeGreaterThanOrEqual(0);
      expect(score(regex, hostile.slice(0, 100_000), { pattern, match: 'full' }).value).toBe(0);
    },
  );
});
