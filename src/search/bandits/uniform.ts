import type { Selector } from './contract.ts';
import { createTally, indexesOf, selectionOf } from './tally.ts';

/** The same floor(B / K) rows for every arm; the best means win. The baseline of the ProTeGi paper (§3.3). */
export const uniform: Selector = {
  name: 'uniform',
  async select(arms, k, budget, pull) {
    const tally = createTally(arms, budget, pull);
    const all = indexesOf(arms);
    if (k < arms.length) await tally.pullEach(all, Math.floor(budget / arms.length));
    return selectionOf(arms, tally.byMean(all), k, tally);
  },
};
