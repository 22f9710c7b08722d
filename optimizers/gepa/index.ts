import { defineOptimizer, type SearchSize, type SearchTask } from '../../src/search/contract.ts';
import { type GepaOptions, gepaOptions } from './options.ts';
import { racingProposals } from './racing/estimate.ts';
import { searchRacing } from './racing/search.ts';
import { estimatedProposals } from './reference/estimate.ts';
import { search as searchReference } from './reference/search.ts';

export const gepa = defineOptimizer({
  type: 'gepa',
  title: 'GEPA: reflective evolution with a Pareto frontier',
  source: 'Agrawal et al., GEPA: Reflective Prompt Evolution Can Outperform Reinforcement Learning, arXiv 2507.19457',
  options: gepaOptions,
  proposals: (size: SearchSize, options: GepaOptions) =>
    options.preset === 'reference' ? estimatedProposals(size, options) : racingProposals(size, options),
  search: (task: SearchTask, options: GepaOptions) =>
    options.preset === 'reference' ? searchReference(task, options) : searchRacing(task, options),
});
