import { affixEvaluator } from './common/affix.ts';

export const endsWith = affixEvaluator(
  { type: 'ends-with', title: 'Ends with', description: 'The output ends with a text: 1 or 0.' },
  'end',
);
