import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { editSimilarity } from './common/edit-distance.ts';
import { graded, noExpected, right } from './common/grade.ts';
import { quote, references } from './common/text.ts';

const options = z.strictObject({
  ignoreCase: z.boolean().default(false).describe('Upper and lower case are the same.'),
  trim: z.boolean().default(true).describe('White space at the beginning and the end does not count.'),
  maxDistance: z
    .int()
    .min(0)
    .optional()
    .describe('So many character edits are as good as none: the value is 1 within, the similarity beyond.'),
});

export const levenshtein = defineEvaluator({
  type: 'levenshtein',
  title: 'Levenshtein similarity',
  description:
    '1 − edit distance / length of the longer text, in characters (Levenshtein 1966). With a list of expected texts the nearest counts. ' +
    'Exact for up to 4,000 differing characters; what is beyond counts as edited.',
  needs: ['output', 'expected'],
  options,
  defaultThreshold: 0.5,
  evaluate({ output, expected }, { ignoreCase, trim, maxDistance }) {
    if (expected === undefined) return noExpected();
    const prepared = (text: string) => {
      const bare = trim ? text.trim() : text;
      return ignoreCase ? bare.toLowerCase() : bare;
    };
    const got = prepared(output);
    const [nearest] = references(expected)
      .slice(0, MAX_REFERENCES)
      .map((text) => ({ text, ...editSimilarity(got, prepared(text)) }))
      .sort((a, b) => b.similarity - a.similarity);
    if (!nearest) return noExpected();
    const { text, distance, similarity } = nearest;
    if (maxDistance !== undefined && distance > 0 && distance <= maxDistance)
      return right(`the output is within ${maxDistance} character edits of ${quote(text)}: ${distance}`, { distance });
    if (similarity === 1) return right(`the output is the expected text ${quote(text)}`, { distance });
    return graded(
      similarity,
      got === '' ? 'empty-output' : 'different-text',
      `expected ${quote(text)}, got ${quote(output)}: ${distance} character edits apart (similarity ${similarity.toFixed(2)})`,
      { distance },
    );
  },
});

const MAX_REFERENCES = 10;
