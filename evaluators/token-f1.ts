import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { graded, noExpected, right } from './common/grade.ts';
import { quote, quoteList, references } from './common/text.ts';

const MAX_REFERENCES = 10;

export const tokenF1 = defineEvaluator({
  type: 'token-f1',
  title: 'Token F1',
  description:
    'F1 of the words shared by output and expected answer, normalised as in SQuAD (lower case, no ASCII punctuation, no "a", "an", "the"; Rajpurkar et al. 2016). ' +
    'With a list of expected texts the best counts.',
  needs: ['output', 'expected'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  evaluate({ output, expected }) {
    if (expected === undefined) return noExpected();
    const got = squadTokens(output);
    const [best] = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => ({ text, ...bagOverlap(got, squadTokens(text)) }))
      .sort((a, b) => b.f1 - a.f1);
    if (!best) return noExpected();
    const details = { precision: best.precision, recall: best.recall };
    if (best.f1 === 1) return right(`the output has the words of the expected answer ${quote(best.text)}`, details);
    const parts = [
      ...(best.missing.length > 0 ? [`missing words: ${quoteList(best.missing)}`] : []),
      ...(best.extra.length > 0 ? [`extra words: ${quoteList(best.extra)}`] : []),
    ];
    return graded(
      best.f1,
      got.length === 0 ? 'empty-output' : best.missing.length > 0 ? 'missing-words' : 'extra-words',
      `expected ${quote(best.text)}, got ${quote(output)} (word F1 ${best.f1.toFixed(2)}); ${parts.join('; ') || 'the number of repeated words differs'}`,
      details,
    );
  },
});

/** Words as SQuAD's evaluation script counts them. */
function squadTokens(text: string): string[] {
  const bare = text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .trim();
  return bare === '' ? [] : bare.split(/\s+/);
}
