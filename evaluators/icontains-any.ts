import { containsMany } from './common/contains.ts';

export const icontainsAny = containsMany(
  {
    type: 'icontains-any',
    title: 'Contains any, ignoring case',
    description: 'The output contains at least one of the texts in any upper and lower case: 1 or 0.',
    ignoreCase: true,
  },
  'any',
);
