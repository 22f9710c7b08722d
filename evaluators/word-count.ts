import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { countOf, UNITS } from './common/count-text.ts';
import { graded, right } from './common/grade.ts';
import { quote } from './common/text.ts';

const options = z
  .strictObject({
    unit: z.enum(UNITS).default('words').describe('What is counted.'),
    min: z.int().min(0).optional().describe('At least this many.'),
    max: z.int().min(0).optional().describe('At most this many.'),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs "min", "max" or both')
  .refine(({ min = 0, max = Infinity }) => min <= max, 'min must not be larger than max');

export const wordCount = defineEvaluator({
  type: 'word-count',
  title: 'Length',
  description:
    'The number of words, characters or sentences is within limits: 1, else max / count when too long and count / min when too short. ' +
    'Words are runs without white space (each Chinese or Japanese character counts as one); a sentence ends at ". ! ? …" before white space and at a line break.',
  needs: ['output'],
  options,
  defaultThreshold: 1,
  evaluate({ output }, { unit, min, max }) {
    const count = countOf(output, unit);
    const details = { count };
    const wanted =
      min !== undefined && max !== undefined
        ? `${min} to ${max}`
        : max !== undefined
          ? `at most ${max}`
          : `at least ${min}`;
    if (max !== undefined && count > max) {
      return graded(
        max / count,
        'too-long',
        `expected ${wanted} ${unit}, got ${count} (${count - max} too many): ${quote(output, 100)}`,
        details,
      );
    }
    if (min !== undefined && count < min) {
      return graded(
        count / min,
        'too-short',
        `expected ${wanted} ${unit}, got ${count} (${min - count} too few): ${quote(output, 100)}`,
        details,
      );
    }
    return right(`${count} ${unit}, within ${wanted}`, details);
  },
});
