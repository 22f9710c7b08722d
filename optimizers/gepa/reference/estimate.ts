import type { SearchSize } from '../../../src/search/contract.ts';
import type { ReferenceOptions } from './options.ts';

/** Share of proposals that pass the minibatch gate and cost a full validation: about half of them on the bundled tasks (bench/search-quality.ts). */
const ACCEPTED = 0.5;

/** The seed costs all of validation; a proposal two minibatches (parent and child), and all of validation when it is accepted. */
export function estimatedProposals({ rollouts, validation }: SearchSize, options: ReferenceOptions): number {
  const afterSeed = Math.max(0, rollouts - validation);
  const estimate = Math.floor(afterSeed / (2 * options.minibatchSize + ACCEPTED * validation));
  return Math.min(estimate, options.stop.maxProposals ?? Number.POSITIVE_INFINITY);
}
