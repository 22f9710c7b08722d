import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../src/domain/json.ts';
import type { Graded } from '../src/lab/evaluator.ts';
import { sampleOf, scoreSample } from './common/testing.ts';
import { evaluators } from './index.ts';

/** Options and expected answers under which each deterministic evaluator does its full work. */
const SET_UPS: Readonly<Record<string, { options?: unknown; expected?: Json }[]>> = {
  'exact-match': [
    { expected: 'billing' },
    {
      options: { ignoreCase: true, normalizeNumbers: true, ignorePunctuation: true, collapseWhitespace: true },
      expected: 'a b',
    },
    { expected: { a: [1] } },
  ],
  regex: [{ options: { pattern: '(a+)+$' } }, { options: { pattern: '(a|aa)+', match: 'full', flags: 'is' } }],
  numeric: [{ expected: 12 }, { options: { take: 'first', value: 3 } }],
  choice: [{ expected: 'B' }, { options: { choices: { A: 'Paris', B: 'not Paris' } }, expected: 'A' }],
  'json-schema': [
    {
      options: {
        schema: {
          type: ['object', 'array', 'string', 'number', 'null'],
          uniqueItems: true,
          items: { anyOf: [{ format: 'url' }, { format: 'email' }, { pattern: '^(a+)+$' }] },
          additionalProperties: { $ref: '#' },
        },
      },
    },
  ],
  'json-fields': [
    { expected: { a: { b: 1 }, c: [1, 2], d: 'x' } },
    { options: { compare: 'set', penalizeExtra: true }, expected: { a: [1, 2] } },
    {
      options: { fields: { 'a.b': { compare: 'levenshtein', weight: 2 }, c: { compare: 'number', tolerance: 1 } } },
      expected: '{"a":{"b":"x"},"c":1}',
    },
  ],
  'json-similarity': [
    { expected: { a: { b: 1 }, c: [1, 'two'], d: 'x' } },
    { options: { strings: 'exact', numbers: 'exact' }, expected: '[1, 2]' },
  ],
  'list-contains': [
    { expected: ['a', 'b'] },
    { options: { compare: 'levenshtein', allowExtra: true }, expected: ['aa', '1', 'a, b'] },
    { options: { format: 'lines', compare: 'exact', values: ['a'] } },
  ],
  'rouge-n': [{ expected: 'an expected answer' }, { options: { n: 2, beta: 0 }, expected: ['a 1', '1 a'] }],
  bleu: [
    { expected: ['an expected answer', 'a'] },
    { options: { tokenize: 'char', smoothing: 'none', ignoreCase: true }, expected: 'a1 ,' },
  ],
  'word-count': [
    { options: { max: 3 } },
    { options: { unit: 'sentences', min: 2 } },
    { options: { unit: 'characters', min: 1, max: 2 } },
  ],
  'tool-calls': [
    { expected: ['a', { name: 'b', arguments: { a: 1 } }] },
    { options: { order: 'same', arguments: 'exact', allowExtra: true }, expected: [{ name: 'a', arguments: {} }] },
  ],
  'step-count': [{ options: { max: 1 } }, { options: { of: 'tool-calls', min: 2 } }],
  weighted: [{ options: { weights: { a: 1, b: 2 }, gates: ['c'] } }],
  'all-of': [{ options: { of: ['a', 'b'] } }],
  'any-of': [{ options: { of: ['a', 'b'], gates: ['c'] } }],
  latency: [{ options: { limit: 5 } }],
  cost: [{ options: { limit: 0 } }],
  'prompt-tokens': [{ options: { limit: 5 } }],
  'output-tokens': [{ options: { limit: 100 } }],
};
const deterministic = evaluators.filter(({ grader }) => grader === undefined);
const setUps = deterministic.flatMap((evaluator) =>
  (SET_UPS[evaluator.type] ?? [{ expected: 'an expected answer' }]).map(({ options, expected }) => ({
    type: evaluator.type,
    prepared: evaluator.prepare(options),
    expected,
  })),
);

function checkScore({ value, feedback, category }: Graded): void {
  if (value !== null) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(1);
  }
  expect(feedback.length).toBeGreaterThan(0);
  expect(feedback.length).toBeLessThan(20_000);
  expect(category === null).toBe(value === null || value === 1);
  expect((category ?? '').length).toBeLessThan(120);
}

const outputs = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '1',
      ' ',
      '\n',
      '.',
      ',',
      '"',
      '{',
      '}',
      '[',
      ']',
      ':',
      '@',
      '-',
      '(',
      ')',
      'B',
      '\ud800',
      '\u0000',
      '😀',
    ),
    maxLength: 200,
  }),
  fc.string({
    unit: fc.constantFrom(
      '<a',
      '>',
      '</a>',
      '&',
      ';',
      'http://',
      '/',
      'a.b',
      '- ',
      '\n',
      'password=',
      'x1',
      ' ',
      '"',
      "'",
    ),
    maxLength: 60,
  }),
  fc.json({ maxDepth: 4 }),
  fc.json({ maxDepth: 2 }).map((json) => `\`\`\`json\n${json}\n\`\`\``),
);

describe.each(setUps)('$type', ({ prepared, expected }) => {
  it('gives a score for any output', () => {
    fc.assert(
      fc.property(outputs, (output) => {
        checkScore(scoreSample(prepared, sampleOf(output, { expected })));
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same score again', () => {
    const again = () => scoreSample(prepared, sampleOf('The answer is {"a": 1}.', { expected }));
    expect(again()).toEqual(again());
  });
});

const N = 1_000_000;
const HOSTILE: Readonly<Record<string, string>> = {
  empty: '',
  'one letter': 'a'.repeat(N),
  dots: '.'.repeat(N),
  digits: '1'.repeat(N),
  zeros: `0.${'0'.repeat(N)}1`,
  'spaced digits': '1 '.repeat(N / 2),
  'grouped digits': '1,111'.repeat(N / 5),
  'addresses without end': 'a@'.repeat(N / 2),
  colons: 'a:'.repeat(N / 2),
  'line ends': '\n'.repeat(N),
  brackets: '('.repeat(N),
  announcements: 'answer: '.repeat(N / 8),
  'deep lists': '['.repeat(N / 2) + ']'.repeat(N / 2),
  'deep objects': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  'wide object': `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
  'distinct items': `[${Array.from({ length: 28_000 }, (_, index) => index).join(',')}]`,
  'key of dots': `{"${'.'.repeat(N)}":1}`,
  'keys of keys': 'sk-'.repeat(N / 3),
  'token beginnings': 'eyJaaaaaaaaaaaa.'.repeat(N / 16),
  'account beginnings': 'DE89 '.repeat(N / 5),
  surrogates: '\ud800'.repeat(N),
  'NUL characters': '\u0000'.repeat(N),
  assignments: 'password='.repeat(N / 9),
  'slow addresses': `["${`http://${':'.repeat(1_000)}","`.repeat(100)}"]`,
};

describe.each(Object.entries(HOSTILE))('an output of %s', (_name, output) => {
  it('is scored by every deterministic evaluator in bounded time', { timeout: 60_000 }, () => {
    const base = { ...sampleOf(output) };
    for (const { prepared, expected } of setUps) {
      checkScore(scoreSample(prepared, { ...base, expected }));
    }
  });
});
