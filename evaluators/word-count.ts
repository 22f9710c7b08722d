import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { countOf, UNITS } from './common/count-text.ts';
import { HAS_LIMIT, hasLimit, IS_ORDERED, isOrdered, rangeScore } from './common/range.ts';
import { quote } from './common/text.ts';

const options = z
  .strictObject({
    unit: z.enum(UNITS).default('words').describe('What is counted.'),
    min: z.int().min(0).optional().describe('At least this many.'),
    max: z.int().min(0).optional().describe('At most this many.'),
  })
  .refine(hasLimit, HAS_LIMIT)
  .refine(isOrdered, IS_ORDERED);

export const wordCount = defineEvaluator({
  type: 'word-count',
  title: 'Length',
  description:
    'The number of words, characters or sentences is within limits: 1, else max / count when too long and count / min when too short. ' +
    'Words are runs without white space (each Chinese or Japanese character counts as one); a sentence ends at ". ! ? …" before white space and at a line break.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { unit, ...range }) {
    return rangeScore(countOf(output, unit), range, {
      noun: unit.slice(0, -1),
      tooMany: 'too-long',
      tooFew: 'too-short',
      shown: quote(output, 100),
    });
  },
});
