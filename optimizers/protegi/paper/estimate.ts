import type { SearchSize } from '../../../src/search/contract.ts';
import type { PaperOptions } from './options.ts';
import { plannedProposals, scaleToBudget } from './plan.ts';

export const paperProposals = ({ rollouts, train, validation }: SearchSize, options: PaperOptions): number =>
  plannedProposals(scaleToBudget(options, rollouts, { train, validation }), options.editsPerGradient);
