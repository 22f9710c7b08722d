import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { graded, noExpected, right } from './common/grade.ts';
import { longestCommonSubsequence } from './common/longest-common-subsequence.ts';
import { betaOption, MAX_REFERENCES, overlapOf, rougeWords } from './common/rouge.ts';
import { quote, quoteList, references } from './common/text.ts';

export const rougeL = defineEvaluator({
  type: 'rouge-l',
  title: 'ROUGE-L',
  description:
    'F-measure of the longest common subsequence of words, (1 + β²)·P·R / (R + β²·P) (Lin 2004). Words are lower-cased runs of letters and digits, without stemming; ' +
    'the first 4,000 of each text are compared. With a list of expected texts the best counts.',
  needs: ['output', 'expected'],
  options: z.strictObject({ beta: betaOption }),
  defaultThreshold: 0.5,
  evaluate({ output, expected }, { beta }) {
    if (expected === undefined) return noExpected();
    const got = rougeWords(output);
    const [best] = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => {
        const tokens = rougeWords(text);
        return { text, tokens, ...overlapOf(longestCommonSubsequence(tokens, got), got.length, tokens.length, beta) };
      })
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
