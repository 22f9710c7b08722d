import { defineEvaluator } from '../src/lab/evaluator.ts';
import { limitOptions, limitScore } from './common/limit.ts';

export const outputTokens = defineEvaluator({
  type: 'output-tokens',
  title: 'Output length limit',
  description: 'Output tokens of all model calls of the row: 1 within the limit, else limit / actual.',
  needs: ['usage'],
  options: limitOptions('Tokens.'),
  defaultThreshold: 1,
  evaluate: ({ usage }, { limit }) =>
    limitScore(usage.outputTokens, limit, {
      what: 'length of the output',
      unit: 'tokens',
      category: 'too-long',
      unmeasured: 'the output tokens were not counted',
    }),
});
