import { z } from 'zod';
import { FINISH_REASONS, type FinishReason } from '../src/domain/model.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { category, missing, right, wrong } from './common/grade.ts';

const MEANINGS: Readonly<Record<FinishReason, string>> = {
  stop: 'the model ended it',
  length: 'it was cut at the output limit',
  'tool-calls': 'the model asked for tools to be called',
  'content-filter': 'the content filter of the provider stopped it',
  refusal: 'the model refused to answer',
  other: 'the provider gave another reason',
};

const options = z.strictObject({
  accept: z
    .array(z.enum(FINISH_REASONS))
    .min(1)
    .default(['stop'])
    .describe('Ends that are right. `length`: cut at the output limit. `tool-calls`: the model asked for tools.'),
});

export const finishReason = defineEvaluator({
  type: 'finish-reason',
  title: 'Finish reason',
  description:
    'The last answer of the row ended in one of the accepted ways: 1 or 0. Missing when no model answered. It also scores answers that were cut, filtered or refused, which count as 0 elsewhere.',
  needs: ['finish'],
  options,
  defaultThreshold: 1,
  evaluate({ finish }, { accept }) {
    if (finish === null) return missing('no model answered, so there is no end of an answer');
    const details = { finish };
    return accept.includes(finish)
      ? right(`the answer ended with "${finish}": ${MEANINGS[finish]}`, details)
      : wrong(
          category('finish', finish),
          `expected the answer to end with ${accept.map((each) => `"${each}"`).join(' or ')}, it ended with "${finish}": ${MEANINGS[finish]}`,
          details,
        );
  },
});
