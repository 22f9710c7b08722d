import { defineEvaluator } from '../src/lab/evaluator.ts';
import { limitOptions, limitScore } from './common/limit.ts';

export const promptTokens = defineEvaluator({
  type: 'prompt-tokens',
  title: 'Prompt length limit',
  description: "Tokens of the prompt's own texts, without the row: 1 within the limit, else limit / actual.",
  needs: ['usage'],
  options: limitOptions('Tokens.'),
  defaultThreshold: 1,
  evaluate: ({ usage }, { limit }) =>
    limitScore(usage.promptTokens, limit, {
      what: 'length of the prompt',
      unit: 'tokens',
      category: 'prompt-too-long',
      unmeasured: 'the tokens of the prompt were not counted',
    }),
});
