import type { Selector } from './contract.ts';
import { successiveHalving } from './successive-halving.ts';
import { successiveRejects } from './successive-rejects.ts';
import { uniform } from './uniform.ts';
import { type Rounds, ucb, ucbE } from './upper-confidence.ts';

/** Names of the selectors, as users write them. */
export const SELECTORS = ['uniform', 'ucb', 'ucb-e', 'successive-rejects', 'successive-halving'] as const;
export type SelectorName = (typeof SELECTORS)[number];

/** `c` and `a` are the exploration constants of `ucb` and `ucb-e`; the others have none. */
export interface SelectorSettings extends Partial<Rounds> {
  readonly c?: number;
  readonly a?: number;
}

const makers: Readonly<Record<SelectorName, (settings: SelectorSettings) => Selector>> = {
  uniform: () => uniform,
  ucb,
  'ucb-e': ucbE,
  'successive-rejects': () => successiveRejects,
  'successive-halving': () => successiveHalving,
};

export function createSelector(name: SelectorName, settings: SelectorSettings = {}): Selector {
  return makers[name](settings);
}
