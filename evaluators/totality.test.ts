import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOf, scoreSample } from './common/testing.ts';
import { brokenRule, setUpsOf, wildSamples } from './common/testing-fuzz.ts';
import { evaluators } from './index.ts';

const setUps = await setUpsOf(evaluators);
// The same for every set-up: making them takes far longer than scoring them. Their seed is in the name of each test.
const seed = randomInt(2 ** 31);
const samples = fc.sample(wildSamples(evaluators), { seed, numRuns: 300 });

it('covers every deterministic evaluator', () => {
  const deterministic = evaluators
    .filter(({ grader, remote }) => grader === undefined && !remote)
    .map(({ type }) => type);
  expect([...new Set(setUps.map(({ type }) => type))].sort()).toEqual(deterministic.sort());
});

describe.each(setUps)('$type', ({ prepared, expected }) => {
  it(`gives a score for any sample (seed ${seed})`, () => {
    for (const sampleWith of samples) {
      const sample = sampleWith(expected);
      expect(brokenRule(scoreSample(prepared, sample)), JSON.stringify(sample)).toBeNull();
    }
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
  links: 'http://a@'.repeat(N / 9),
  'open brackets of a link': `http://a.b/${'('.repeat(N)}`,
  'deep elements': `${'<a xmlns:b="c">'.repeat(N / 20)}${'</a>'.repeat(N / 20)}`,
  'wide elements': `<a>${'<b c="d">&amp;</b>'.repeat(N / 20)}</a>`,
  attributes: `<a ${Array.from({ length: 50_000 }, (_, index) => `k${index}="1" `).join('')}/>`,
  'code spans': '`a'.repeat(N / 2),
  'a chain of operators': `SELECT ${'1+'.repeat(4_990)}1`,
  'nested parentheses of SQL': `SELECT ${'('.repeat(9_990)}`,
  'an endless operator of SQL': `SELECT a${'&*/**'.repeat(1_990)}`,
  'nested queries': `SELECT ${'(SELECT '.repeat(1_100)}1${')'.repeat(1_100)}`,
  'statements of SQL': 'SELECT 1;'.repeat(1_100),
  assignments: 'password='.repeat(N / 9),
  'slow addresses': `["${`http://${':'.repeat(1_000)}","`.repeat(100)}"]`,
};

describe.each(Object.entries(HOSTILE))('an output of %s', (_name, output) => {
  it('is scored by every deterministic evaluator in bounded time', { timeout: 60_000 }, () => {
    const base = { ...sampleOf(output) };
    for (const { prepared, expected } of setUps) {
      expect(brokenRule(scoreSample(prepared, { ...base, expected }))).toBeNull();
    }
  });
});
