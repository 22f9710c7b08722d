import { defineEvaluator } from '../src/lab/evaluator.ts';
import { limitOptions, limitScore } from './common/limit.ts';

export const latency = defineEvaluator({
  type: 'latency',
  title: 'Latency limit',
  description: 'Time of all model calls of the row in milliseconds: 1 within the limit, else limit / actual.',
  needs: ['usage'],
  options: limitOptions('Milliseconds.'),
  defaultThreshold: 1,
  evaluate: ({ usage }, { limit }) =>
    limitScore(usage.latencyMs, limit, {
      what: 'latency',
      unit: 'ms',
      category: 'too-slow',
      unmeasured: 'the latency was not measured',
    }),
});
