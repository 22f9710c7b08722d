import { defineOptimizer, type SearchSize, type SearchTask } from '../../src/search/contract.ts';
import { defaultProposals } from './default/estimate.ts';
import { searchDefault } from './default/search.ts';
import { type ProtegiOptions, protegiOptions } from './options.ts';
import { paperProposals } from './paper/estimate.ts';
import { searchPaper } from './paper/search.ts';

export const protegi = defineOptimizer({
  type: 'protegi',
  title: 'ProTeGi: beam search with textual gradients',
  source:
    'Pryzant et al., Automatic Prompt Optimization with "Gradient Descent" and Beam Search, EMNLP 2023, arXiv 2305.03495',
  options: protegiOptions,
  proposals: (size: SearchSize, options: ProtegiOptions) =>
    options.preset === 'paper' ? paperProposals(size, options) : defaultProposals(size, options),
  search: (task: SearchTask, options: ProtegiOptions) =>
    options.preset === 'paper' ? searchPaper(task, options) : searchDefault(task, options),
});
