import { defineOptimizer } from '../../src/search/contract.ts';
import { estimatedProposals } from './estimate.ts';
import { gepaOptions } from './options.ts';
import { search } from './search.ts';

export const gepa = defineOptimizer({
  type: 'gepa',
  title: 'GEPA: reflective evolution with a Pareto frontier',
  source: 'Agrawal et al., GEPA: Reflective Prompt Evolution Can Outperform Reinforcement Learning, arXiv 2507.19457',
  options: gepaOptions,
  proposals: estimatedProposals,
  search,
});
