import { containsOne } from './common/contains.ts';

export const notContains = containsOne(
  {
    type: 'not-contains',
    title: 'Does not contain',
    description: 'The output does not contain a text, upper and lower case as written: 1 or 0.',
  },
  'absent',
);
