import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { graded, noExpected, right } from './common/grade.ts';
import { longestCommonSubsequence } from './common/longest-common-subsequence.ts';
import { quote, quoteList, references } from './common/text.ts';

/** Words of each text that are compared. */
const MAX_WORDS = 4_000;
const MAX_REFERENCES = 10;

const options = z.strictObject({
  beta: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('Weight of recall against precision; 1 is the F1 that most tools report.'),
});

export const rougeL = defineEvaluator({
  type: 'rouge-l',
  title: 'ROUGE-L',
  description:
    'F-measure of the longest common subsequence of words, (1 + β²)·P·R / (R + β²·P) (Lin 2004). Words are lower-cased runs of letters and digits, without stemming; ' +
    'the first 4,000 of each text are compared. With a list of expected texts the best counts.',
  needs: ['output', 'expected'],
  options,
  defaultThreshold: 0.5,
  evaluate({ output, expected }, { beta }) {
    if (expected === undefined) return noExpected();
    const got = words(output);
    const [best] = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => ({ text, tokens: words(text), ...fMeasure(got, words(text), beta) }))
      .sort((a, b) => b.f - a.f);
    if (!best) return noExpected();
    const { text, f, precision, recall } = best;
    const details = { precision, recall };
    if (f === 1) return right(`the output has the words of the expected answer in order: ${quote(text)}`, details);
    const { missing, extra } = bagOverlap(got, best.tokens);
    const parts = [
      ...(missing.length > 0 ? [`missing words: ${quoteList(missing)}`] : []),
      ...(extra.length > 0 ? [`extra words: ${quoteList(extra)}`] : []),
    ];
    return graded(
      f,
      got.length === 0 ? 'empty-output' : recall < precision ? 'missing-words' : 'extra-words',
      `expected ${quote(text)}, got ${quote(output)} (ROUGE-L ${f.toFixed(2)}, precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}); ` +
        (parts.join('; ') || 'the words are the same but their order differs'),
      details,
    );
  },
});

function words(text: string): string[] {
  const found: string[] = [];
  for (const match of text.toLowerCase().matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    found.push(match[0]);
    if (found.length === MAX_WORDS) break;
  }
  return found;
}

function fMeasure(got: readonly string[], expected: readonly string[], beta: number) {
  if (got.length === 0 || expected.length === 0) {
    const same = got.length === expected.length ? 1 : 0;
    return { f: same, precision: same, recall: same };
  }
  const common = longestCommonSubsequence(expected, got);
  const precision = common / got.length;
  const recall = common / expected.length;
  const weight = beta * beta;
  const f = common === 0 ? 0 : ((1 + weight) * precision * recall) / (recall + weight * precision);
  return { f, precision, recall };
}
