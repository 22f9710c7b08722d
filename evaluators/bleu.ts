import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { bleuTokens, bleu as scoreBleu, TOKENIZERS } from './common/bleu.ts';
import { graded, missing, noExpected, right } from './common/grade.ts';
import { quote, quoteList, references } from './common/text.ts';

const MAX_REFERENCES = 10;

const options = z.strictObject({
  maxOrder: z.int().min(1).max(6).default(4).describe('Longest run of tokens that is compared.'),
  tokenize: z
    .enum(TOKENIZERS)
    .default('13a')
    .describe(
      '`13a`: words and punctuation as WMT counts them. `char`: characters, for languages written without spaces.',
    ),
  smoothing: z
    .enum(['exp', 'none'])
    .default('exp')
    .describe(
      '`exp`: an order without a match counts as a half, a quarter, … of one match. `none`: it makes the whole score 0.',
    ),
  ignoreCase: z.boolean().default(false).describe('Upper and lower case are the same.'),
});

export const bleu = defineEvaluator({
  type: 'bleu',
  title: 'BLEU',
  description:
    'Sentence BLEU (Papineni et al. 2002): the geometric mean of the precisions of runs of 1 to 4 tokens, times a penalty for brevity. The values are those of sacreBLEU’s sentence score, divided by 100: ' +
    'orders that the output is too short for do not count. A list of expected texts is one set of references, 10 at most. The first 10,000 tokens of each text are compared. ' +
    'Missing when no reference has a token. The mean over rows is not corpus BLEU.',
  needs: ['output', 'expected'],
  options,
  defaultThreshold: 0.5,
  evaluate({ output, expected }, { maxOrder, tokenize, smoothing, ignoreCase }) {
    if (expected === undefined) return noExpected();
    const tokensOf = (text: string) => bleuTokens(ignoreCase ? text.toLowerCase() : text, tokenize);
    const wanted = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => ({ text, tokens: tokensOf(text) }))
      .filter(({ tokens }) => tokens.length > 0);
    const [first] = wanted;
    if (!first) return missing('the expected answer has no words to compare with');
    const got = tokensOf(output);
    const { score, precisions, brevityPenalty } = scoreBleu(
      got,
      wanted.map(({ tokens }) => tokens),
      maxOrder,
      smoothing === 'exp',
    );
    const nearest = wanted
      .map(({ text, tokens }) => ({ text, ...bagOverlap(got, tokens) }))
      .reduce((best, each) => (each.f1 > best.f1 ? each : best));
    const details = { precisions: [...precisions], brevityPenalty };
    if (score === 1)
      return right(`the output has all runs of tokens of the expected text ${quote(nearest.text)}`, details);
    const parts = [
      ...(nearest.missing.length > 0 ? [`missing: ${quoteList(nearest.missing)}`] : []),
      ...(nearest.extra.length > 0 ? [`extra: ${quoteList(nearest.extra)}`] : []),
      ...(brevityPenalty < 1 ? [`too short (penalty ${brevityPenalty.toFixed(2)})`] : []),
    ];
    const shown = precisions.map((precision) => precision.toFixed(2)).join(' / ');
    return graded(
      score,
      got.length === 0 ? 'empty-output' : brevityPenalty < 1 ? 'missing-words' : 'different-text',
      `expected ${quote(nearest.text)}, got ${quote(output)} (BLEU ${score.toFixed(2)}, precisions of 1 to ${precisions.length} tokens ${shown || 'none'}); ` +
        (parts.join('; ') || 'the words are the same but their order differs'),
      details,
    );
  },
});
