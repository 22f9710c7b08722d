import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { graded, missing, noExpected, right } from './common/grade.ts';
import { ngrams } from './common/ngrams.ts';
import { betaOption, MAX_REFERENCES, overlapOf, rougeWords } from './common/rouge.ts';
import { quote, quoteList, references } from './common/text.ts';

const options = z.strictObject({
  n: z.int().min(1).max(9).default(1).describe('Words of a run: 1 compares words, 2 pairs of neighbours.'),
  beta: betaOption,
});

export const rougeN = defineEvaluator({
  type: 'rouge-n',
  title: 'ROUGE-N',
  description:
    'F-measure of the runs of n words that output and expected answer share, each counted as often as both have it, (1 + β²)·P·R / (R + β²·P) (Lin 2004). ' +
    'Words are lower-cased runs of letters and digits, without stemming; the first 4,000 of each text are compared. With a list of expected texts the best counts; ' +
    'missing when none has n words.',
  needs: ['output', 'expected'],
  options,
  defaultThreshold: 0.5,
  evaluate({ output, expected }, { n, beta }) {
    if (expected === undefined) return noExpected();
    const got = ngrams(rougeWords(output), n);
    const [best] = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => ({ text, runs: ngrams(rougeWords(text), n) }))
      .filter(({ runs }) => runs.length > 0)
      .map(({ text, runs }) => {
        const { shared, missing: absent, extra } = bagOverlap(got, runs);
        return { text, absent, extra, ...overlapOf(shared, got.length, runs.length, beta) };
      })
      .sort((a, b) => b.f - a.f);
    if (!best) return missing(`the expected answer has fewer than ${n} words, so it has no run of ${n} to compare`);
    const { text, f, precision, recall, absent, extra } = best;
    const details = { precision, recall };
    const runs = n === 1 ? 'words' : `runs of ${n} words`;
    if (f === 1) return right(`the output has the ${runs} of the expected answer ${quote(text)}`, details);
    const parts = [
      ...(absent.length > 0 ? [`missing ${runs}: ${quoteList(absent)}`] : []),
      ...(extra.length > 0 ? [`extra ${runs}: ${quoteList(extra)}`] : []),
    ];
    return graded(
      f,
      got.length === 0 ? 'empty-output' : recall < precision ? 'missing-words' : 'extra-words',
      `expected ${quote(text)}, got ${quote(output)} (ROUGE-${n} ${f.toFixed(2)}, precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}); ${parts.join('; ')}`,
      details,
    );
  },
});
