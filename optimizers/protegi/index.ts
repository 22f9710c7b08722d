import { defineOptimizer } from '../../src/search/contract.ts';
import { protegiOptions } from './options.ts';
import { paperProposals } from './paper/estimate.ts';
import { searchPaper } from './paper/search.ts';

export const protegi = defineOptimizer({
  type: 'protegi',
  title: 'ProTeGi: beam search with textual gradients and bandit selection',
  source:
    'Pryzant et al., Automatic Prompt Optimization with "Gradient Descent" and Beam Search, EMNLP 2023, arXiv 2305.03495',
  options: protegiOptions,
  proposals: paperProposals,
  search: searchPaper,
});
