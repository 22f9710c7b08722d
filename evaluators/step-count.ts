import { z } from 'zod';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { missing } from './common/grade.ts';
import { HAS_LIMIT, hasLimit, IS_ORDERED, isOrdered, rangeScore } from './common/range.ts';
import { quoteList } from './common/text.ts';

const options = z
  .strictObject({
    of: z
      .enum(['model-calls', 'tool-calls'])
      .default('model-calls')
      .describe('`model-calls`: steps of the prompt that ran. `tool-calls`: tools that the model asked for.'),
    min: z.int().min(0).optional().describe('At least this many.'),
    max: z.int().min(0).optional().describe('At most this many.'),
  })
  .refine(hasLimit, HAS_LIMIT)
  .refine(isOrdered, IS_ORDERED);

export const stepCount = defineEvaluator({
  type: 'step-count',
  title: 'Number of steps',
  description:
    'The number of model calls, or of tool calls, of the row is within limits: 1, else max / count when there are too many and count / min when there are too few. Missing when no model answered.',
  needs: ['trace'],
  alsoNeeds: ({ of }) => (of === 'tool-calls' ? ['toolCalls'] : []),
  options,
  defaultThreshold: 1,
  evaluate(sample, { of, ...range }) {
    const { trace } = sample;
    if (trace.length === 0) return missing('no model answered, so there are no steps to count');
    if (of === 'model-calls') {
      const ran = trace.map(({ component }) => component);
      return rangeScore(ran.length, range, {
        noun: 'model call',
        tooMany: 'too-many-steps',
        tooFew: 'too-few-steps',
        shown: quoteList(ran),
      });
    }
    const called = sample.toolCalls.map(({ name }) => name);
    return rangeScore(called.length, range, {
      noun: 'tool call',
      tooMany: 'too-many-calls',
      tooFew: 'too-few-calls',
      shown: called.length === 0 ? 'the model called none' : quoteList(called),
    });
  },
});
