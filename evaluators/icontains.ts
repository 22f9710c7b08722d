import { containsOne } from './common/contains.ts';

export const icontains = containsOne({
  type: 'icontains',
  title: 'Contains, ignoring case',
  description: 'The output contains a text in any upper and lower case: 1 or 0.',
  ignoreCase: true,
});
