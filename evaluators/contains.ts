import { containsOne } from './common/contains.ts';

export const contains = containsOne({
  type: 'contains',
  title: 'Contains',
  description: 'The output contains a text, upper and lower case as written: 1 or 0.',
});
