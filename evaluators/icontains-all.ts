import { containsMany } from './common/contains.ts';

export const icontainsAll = containsMany(
  {
    type: 'icontains-all',
    title: 'Contains all, ignoring case',
    description: 'Share of the texts that the output contains in any upper and lower case; 1 = all of them.',
    ignoreCase: true,
  },
  'all',
);
