import { containsMany } from './common/contains.ts';

export const containsAny = containsMany(
  {
    type: 'contains-any',
    title: 'Contains any',
    description: 'The output contains at least one of the texts: 1 or 0.',
  },
  'any',
);
