import { containsMany } from './common/contains.ts';

export const containsAll = containsMany(
  {
    type: 'contains-all',
    title: 'Contains all',
    description: 'Share of the texts that the output contains; 1 = all of them.',
  },
  'all',
);
