import { describe, expect, it } from 'vitest';
import { bleu } from './bleu.ts';
import { score } from './common/testing.ts';

/** The sentence of sacreBLEU 2.6's own tests (test_sentence_bleu.py), whose scores are given there to three decimals of a hundred. */
const REFERENCE = 'producţia de zahăr brut se exprimă în zahăr alb;';
const SYSTEM = 'Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;';

describe('bleu', () => {
  it.each<[object, number]>([
    [{}, 8.493],
    [{ smoothing: 'none' }, 0],
    [{ tokenize: 'char' }, 40.8759],
    [{ tokenize: 'char', ignoreCase: true }, 42.0267],
  ])('scores the sentence of sacreBLEU with %j: %d', (options, hundredfold) => {
    expect(score(bleu, SYSTEM, options, REFERENCE).value).toBeCloseTo(hundredfold / 100, 5);
  });

  it.each<[string, string[], object, number]>([
    // Computed with sacreBLEU 2.6: BLEU(effective_order=True).sentence_score.
    ['this is a cat', ['okay thanks'], {}, 0],
    ['this is a fest', ['this is a test'], {}, 59.4603557501],
    ['a test', ['a test'], {}, 100],
    ['test', ['a test'], {}, 36.7879441171],
    ['a little test', ['a test'], {}, 34.6680637175],
    ['The man had just bitten him.', ['The man bit him first.', 'The man had bitten the dog.'], {}, 29.0715368484],
    ["It wasn't surprising.", ['It was not unexpected.', 'No one was surprised.'], {}, 14.7940156748],
    ['1,200.50 is 5-6 &amp; (more)', ['1,200.50 is 5 - 6 & ( more )'], {}, 100],
    [
      'the the the the the the the',
      ['the cat is on the mat', 'there is a cat on the mat'],
      { maxOrder: 1 },
      28.5714285714,
    ],
    ['你好世界', ['你好，世界'], { tokenize: 'char' }, 35.1862973998],
  ])('%j against %j with %j: %d', (output, expected, options, hundredfold) => {
    expect(score(bleu, output, options, expected).value).toBeCloseTo(hundredfold / 100, 9);
  });

  it('is 0 for an empty output and missing without a reference', () => {
    expect(score(bleu, '', {}, 'a cat')).toMatchObject({ value: 0, category: 'empty-output' });
    expect(score(bleu, 'a cat', {}, ['', ' ']).value).toBeNull();
    expect(score(bleu, 'a cat').value).toBeNull();
  });

  it('says which words are missing and extra, and that it is too short', () => {
    expect(score(bleu, 'the dog', {}, 'the cat sat').feedback).toBe(
      'expected "the cat sat", got "the dog" (BLEU 0.30, precisions of 1 to 2 tokens 0.50 / 0.50); missing: "cat", "sat"; extra: "dog"; too short (penalty 0.61)',
    );
  });

  it('reads a bounded part of a huge text', () => {
    const huge = 'word '.repeat(200_000);
    expect(score(bleu, huge, {}, huge).value).toBe(1);
    expect(score(bleu, 'a'.repeat(1_000_000), { tokenize: 'char' }, 'a b').value).toBeLessThan(0.01);
  });
});
