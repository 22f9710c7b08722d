import { countEach, ngrams } from './ngrams.ts';

/** Tokens of each text that are compared. */
const MAX_TOKENS = 10_000;

/**
 * `13a`: tokens of mteval-v13a, which WMT uses: punctuation apart, figures with their commas and points whole. `char`: each character, for
 * languages that are written without spaces.
 */
export const TOKENIZERS = ['13a', 'char'] as const;
export type Tokenizer = (typeof TOKENIZERS)[number];

export function bleuTokens(text: string, how: Tokenizer): string[] {
  // More text than that many tokens have, unless it is one endless word.
  const head = text.trimEnd().slice(0, MAX_TOKENS * 20);
  const split = how === 'char' ? [...head].join(' ') : tokenize13a(head);
  return split
    .split(/\s+/)
    .filter((token) => token !== '')
    .slice(0, MAX_TOKENS);
}

function tokenize13a(text: string): string {
  const line = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return ` ${line} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

export interface Bleu {
  readonly score: number;
  /** By order, from 1; orders that the output is too short for are left out. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
}

/**
 * BLEU of one text against one or more references (Papineni et al. 2002): the geometric mean of n-gram precisions, each n-gram counted at
 * most as often as the reference that has most of it, times the brevity penalty against the reference nearest in length. As sacreBLEU
 * scores sentences: orders that the output is too short for do not count, and with `smooth` an order without a match counts as half,
 * a quarter, … of one match (Chen and Cherry 2014, method 3). Without any shared word it is 0.
 */
export function bleu(
  got: readonly string[],
  wanted: readonly (readonly string[])[],
  maxOrder: number,
  smooth: boolean,
): Bleu {
  const nearest = wanted
    .map(({ length }) => length)
    .reduce((best, length) => {
      const closer = Math.abs(got.length - length) - Math.abs(got.length - best);
      return closer < 0 || (closer === 0 && length < best) ? length : best;
    }, wanted[0]?.length ?? 0);
  const brevityPenalty = got.length >= nearest ? 1 : got.length === 0 ? 0 : Math.exp(1 - nearest / got.length);
  const precisions: number[] = [];
  let halves = 1;
  let matched = false;
  for (let n = 1; n <= maxOrder && got.length >= n; n += 1) {
    const correct = clippedMatches(
      ngrams(got, n),
      wanted.map((tokens) => countEach(ngrams(tokens, n))),
    );
    const total = got.length - n + 1;
    matched ||= correct > 0;
    if (correct > 0 || !smooth) precisions.push(correct / total);
    else {
      halves *= 2;
      precisions.push(1 / (halves * total));
    }
  }
  if (!matched || precisions.includes(0)) return { score: 0, precisions, brevityPenalty };
  const logs = precisions.reduce((sum, precision) => sum + Math.log(precision), 0);
  return { score: brevityPenalty * Math.exp(logs / precisions.length), precisions, brevityPenalty };
}

function clippedMatches(runs: readonly string[], wanted: readonly ReadonlyMap<string, number>[]): number {
  let matches = 0;
  for (const [run, count] of countEach(runs)) {
    matches += Math.min(count, Math.max(...wanted.map((counts) => counts.get(run) ?? 0)));
  }
  return matches;
}
