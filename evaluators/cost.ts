import { defineEvaluator } from '../src/lab/evaluator.ts';
import { limitOptions, limitScore } from './common/limit.ts';

export const cost = defineEvaluator({
  type: 'cost',
  title: 'Cost limit',
  description:
    'Cost of all model calls of the row in US dollars: 1 within the limit, else limit / actual; missing when a model has no price.',
  needs: ['usage'],
  options: limitOptions('US dollars per row.'),
  defaultThreshold: 1,
  evaluate: ({ usage }, { limit }) =>
    limitScore(usage.cost, limit, {
      what: 'cost',
      unit: 'USD',
      category: 'too-expensive',
      unmeasured: 'the cost is not known: the model has no price',
    }),
});
