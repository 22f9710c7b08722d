import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import { score } from './common/testing.ts';
import { exactMatch } from './exact-match.ts';

describe('exact-match', () => {
  it.each<[string, Json, object, number]>([
    ['billing', 'billing', {}, 1],
    ['  billing\n', 'billing', {}, 1],
    ['  billing', 'billing', { trim: false }, 0],
    ['Billing', 'billing', {}, 0],
    ['Billing', 'billing', { ignoreCase: true }, 1],
    ['1,200.50 EUR', '1200.5 EUR', { normalizeNumbers: true }, 1],
    ['1,200.50 EUR', '1200.5 EUR', {}, 0],
    ['007', '7', { normalizeNumbers: true }, 1],
    ['1,2,3', '123', { normalizeNumbers: true }, 0],
    ['12345678901234567890123', '12345678901234567890124', { normalizeNumbers: true }, 0],
    ['"billing".', 'billing', { ignorePunctuation: true }, 1],
    ['not  a\n bug', 'not a bug', { collapseWhitespace: true }, 1],
    ['42', 42, {}, 1],
    ['true', true, {}, 1],
    ['null', null, {}, 1],
    ['{ "b": [1, 2], "a": 1 }', { a: 1, b: [1, 2] }, {}, 1],
    ['{"a":1,"b":[2,1]}', { a: 1, b: [1, 2] }, {}, 0],
    ['', '', {}, 1],
  ])('%j against %j with %j: %d', (output, expected, options, value) => {
    expect(score(exactMatch, output, options, expected).value).toBe(value);
  });

  it('says what was expected and what was found, and groups by confusion', () => {
    expect(score(exactMatch, 'technical', {}, 'billing')).toEqual({
      value: 0,
      category: 'wrong-label:billing→technical',
      feedback: 'expected "billing", got "technical"',
      details: { expected: 'billing', predicted: 'technical' },
    });
  });

  it.each([
    ['The label is billing.', 'extra text around it'],
    ['Label: billing', 'extra text before it'],
    ['billing (sure)', 'extra text after it'],
    ['BILLING', 'only upper and lower case differ'],
    ['"billing"', 'only punctuation, symbols or white space differ'],
    ['', 'the output is empty'],
  ])('explains what is nearly right in %j', (output, hint) => {
    expect(score(exactMatch, output, {}, 'billing').feedback).toContain(hint);
  });

  it('caps categories and feedback', () => {
    const long = score(exactMatch, 'x'.repeat(100_000), {}, 'billing');
    expect(long.category?.length).toBeLessThan(100);
    expect(long.feedback.length).toBeLessThan(400);
    expect(long.feedback).toContain('100000 characters');
    expect(score(exactMatch, 'no', {}, 'a whole sentence that is no label but an answer').category).toBe(
      'wrong-answer',
    );
  });

  it('is not applicable without an expected answer', () => {
    expect(score(exactMatch, 'billing').value).toBeNull();
  });
});
