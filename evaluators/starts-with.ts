import { affixEvaluator } from './common/affix.ts';

export const startsWith = affixEvaluator(
  { type: 'starts-with', title: 'Starts with', description: 'The output starts with a text: 1 or 0.' },
  'start',
);
