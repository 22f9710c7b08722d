import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EDIT_DISTANCE_CAP, editSimilarity } from './common/edit-distance.ts';
import { longestCommonSubsequence } from './common/longest-common-subsequence.ts';
import { score } from './common/testing.ts';
import { levenshtein } from './levenshtein.ts';
import { rougeL } from './rouge-l.ts';
import { rougeN } from './rouge-n.ts';
import { tokenF1 } from './token-f1.ts';

/** The textbook table, for distances (`cost` of a substitution 1) and common subsequences alike. */
function table(a: readonly string[], b: readonly string[], kind: 'distance' | 'subsequence'): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => (kind === 'distance' ? column : 0));
  a.forEach((x, row) => {
    const line = [kind === 'distance' ? row + 1 : 0];
    b.forEach((y, column) => {
      const [diagonal = 0, up = 0, left = 0] = [above[column], above[column + 1], line[column]];
      line.push(
        kind === 'distance'
          ? Math.min(diagonal + Number(x !== y), up + 1, left + 1)
          : x === y
            ? diagonal + 1
            : Math.max(up, left),
      );
    });
    above = line;
  });
  return above.at(-1) ?? 0;
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '😀'), maxLength: 120 });

describe('levenshtein', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['rosettacode', 'raisethysword', 8],
    ['flaw', 'lawn', 2],
    ['', 'abc', 3],
    ['naïve😀', 'naive', 2],
    ['same', 'same', 0],
  ])('%j and %j are %d edits apart', (a, b, distance) => {
    expect(editSimilarity(a, b).distance).toBe(distance);
    expect(editSimilarity(b, a).distance).toBe(distance);
  });

  it('agrees with the textbook algorithm', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editSimilarity(a, b).distance).toBe(table([...a], [...b], 'distance'));
      }),
    );
  });

  it('never promises more than the truth beyond its cap', () => {
    const long = 'ab'.repeat(EDIT_DISTANCE_CAP);
    expect(editSimilarity(`x${long}`, `${long}y`).similarity).toBeLessThanOrEqual(1);
    expect(editSimilarity(long, `${long}tail`).distance).toBe(4);
    const { distance, similarity } = editSimilarity('a'.repeat(20_000), 'b'.repeat(10_000));
    expect(distance).toBe(20_000);
    expect(similarity).toBe(0);
  });

  it('scores the nearest of several answers', () => {
    expect(score(levenshtein, 'sitting', {}, 'kitten').value).toBeCloseTo(4 / 7, 10);
    expect(score(levenshtein, 'sitting', {}, ['dog', 'kitten', 'sittin']).value).toBeCloseTo(6 / 7, 10);
    expect(score(levenshtein, ' KITTEN ', { ignoreCase: true }, 'kitten').value).toBe(1);
    expect(score(levenshtein, 'sitting', {}, 'kitten')).toMatchObject({
      category: 'different-text',
      feedback: 'expected "kitten", got "sitting": 3 character edits apart (similarity 0.57)',
    });
  });
});

describe('token-f1', () => {
  it.each<[string, string | string[], number]>([
    ['the cat sat', 'a cat sat down', 0.8],
    ['The Cat, sat!', 'cat sat', 1],
    ['Denver Broncos', 'Denver Broncos won', 0.8],
    ['Santa Clara, California', 'Santa Clara', 0.8],
    ['yes yes yes', 'yes', 0.5],
    ['nothing alike', 'cat', 0],
    ['', '', 1],
    ['the', '', 1],
    ['', 'cat', 0],
    ['cat', '', 0],
    ['gold', ['silver', 'gold', 'bronze'], 1],
  ])('%j against %j: %d', (output, expected, value) => {
    expect(score(tokenF1, output, {}, expected).value).toBeCloseTo(value, 10);
  });

  it('names missing and extra words', () => {
    expect(score(tokenF1, 'cat ran', {}, 'cat sat')).toMatchObject({
      category: 'missing-words',
      feedback: 'expected "cat sat", got "cat ran" (word F1 0.50); missing words: "sat"; extra words: "ran"',
    });
  });
});

describe('rouge-l', () => {
  it.each<[string, string | string[], object, number]>([
    // Lin (2004), section 3: candidates S2 and S3 against the reference S1.
    ['police kill the gunman', 'police killed the gunman', {}, 3 / 4],
    ['the gunman kill police', 'police killed the gunman', {}, 2 / 4],
    // Google's rouge_scorer tests.
    ['testing', 'testing one two', {}, 0.5],
    ['testing two', 'testing one two', {}, 0.8],
    ['testing one two', 'testing one two', {}, 1],
    ['', 'testing', {}, 0],
    ['testing', 'testing one two', { beta: 2 }, 5 / 13],
    ['testing', 'testing one two', { beta: 0 }, 1],
    ['Testing, ONE two!', 'testing one two', {}, 1],
    ['one', ['two', 'one'], {}, 1],
  ])('%j against %j with %j: %d', (output, expected, options, value) => {
    expect(score(rougeL, output, options, expected).value).toBeCloseTo(value, 10);
  });

  it('computes common subsequences like the textbook algorithm', () => {
    const tokens = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 120 });
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        expect(longestCommonSubsequence(a, b)).toBe(table(a, b, 'subsequence'));
      }),
    );
  });

  it('says that only the order differs', () => {
    expect(score(rougeL, 'two one', {}, 'one two').feedback).toContain('their order differs');
  });
});

describe('rouge-n', () => {
  const FOX = 'The quick brown fox jumps over the lazy dog';
  const LOG = 'The quick brown dog jumps on the log.';

  it.each<[string, string | string[], object, number | null]>([
    // Google's rouge_scorer tests.
    ['testing', 'testing one two', { n: 1 }, 1 / 2],
    ['testing one', 'testing one two', { n: 1 }, 4 / 5],
    ['testing one', 'testing one two', { n: 2 }, 2 / 3],
    ['', 'testing one two', { n: 2 }, 0],
    // The example of rouge-score: precision 6/8, recall 6/9.
    [LOG, FOX, { n: 1 }, 12 / 17],
    [LOG, FOX, { n: 2 }, 4 / 15],
    [LOG, FOX, { n: 1, beta: 0 }, 6 / 8],
    // Lin (2004), section 2: repeats count as often as both have them.
    ['the the the', 'the cat the', { n: 1 }, 2 / 3],
    ['one', ['two three', 'one'], { n: 1 }, 1],
    ['anything at all', 'Paris', { n: 2 }, null],
    ['anything', '', {}, null],
    ['Grüße 你好', 'grüße 你好', { n: 2 }, 1],
  ])('%j against %j with %j: %d', (output, expected, options, value) => {
    const graded = score(rougeN, output, options, expected).value;
    if (value === null) expect(graded).toBeNull();
    else expect(graded).toBeCloseTo(value, 10);
  });

  it('names the runs that are missing and extra', () => {
    expect(score(rougeN, 'a b x', { n: 2 }, 'a b c')).toMatchObject({
      value: 0.5,
      category: 'extra-words',
      feedback:
        'expected "a b c", got "a b x" (ROUGE-2 0.50, precision 0.50, recall 0.50); missing runs of 2 words: "b c"; extra runs of 2 words: "b x"',
    });
  });
});
