import { defineOptimizer } from '../../src/search/contract.ts';
import { protegiOptions } from './options.ts';
import { plannedProposals, scaleToBudget } from './plan.ts';
import { protegiSearch } from './search.ts';

/**
 * ProTeGi, preset `paper`.
 *
 * Follows the publication: a beam of prompts; errors of a random minibatch in groups of four; several critiques ("gradients") per group;
 * an edit per critique that sees the same errors; paraphrases of each edit; at most eight successors per parent, drawn at random before
 * selection; parents stay in the pool; a bandit with the published budget formulas chooses the next beam; temperature 1 for proposals.
 *
 * Where the published code differs from the paper, the paper is followed: a group of errors gets several critiques (the code: several
 * groups with one each); parents are not paraphrased; every expansion has a minibatch of its own; the default selector is UCB with c = 2
 * (the code: brute force, c = 1). The selection budget of 2,048 evaluations per step and the cut into 32 rows × 8 prompts are the code's,
 * for the paper gives none.
 *
 * Differs from both on purpose: any task and evaluator instead of yes/no classification (the critic sees outputs and feedback); minibatch
 * and selection use train rows only, and the final beam is judged once on validation together with the baseline (the paper reports the
 * best of its final beam on test rows); rollouts are measured once and reused; means are cumulative and missing scores left out; prompts
 * that break a hard constraint never come before others; unusable proposals are refused before they cost a rollout; equal seeds and
 * answers give equal runs. A budget that cannot pay the paper's numbers scales them (`scaleToBudget`).
 */
export const protegi = defineOptimizer({
  type: 'protegi',
  title: 'ProTeGi: beam search with textual gradients and bandit selection',
  source:
    'Pryzant et al., Automatic Prompt Optimization with "Gradient Descent" and Beam Search, EMNLP 2023, arXiv 2305.03495',
  options: protegiOptions,
  proposals: ({ rollouts, train, validation }, options) =>
    plannedProposals(scaleToBudget(options, rollouts, { train, validation }), options.editsPerGradient),
  search: protegiSearch,
});
