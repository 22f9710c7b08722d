import type { Selector } from './contract.ts';
import { createTally, indexesOf, selectionOf } from './tally.ts';

/** floor(B / (|S|·ceil(log2 K))): rows per arm in a round with |S| survivors of K arms. */
export function halvingPulls(budget: number, survivors: number, arms: number): number {
  return Math.floor(budget / (survivors * Math.ceil(Math.log2(arms))));
}

/**
 * Sequential Halving (Karnin, Koren & Somekh 2013): ceil(log2 K) rounds of equal budget; after each the better half by cumulative mean
 * survives, never fewer than `k`; it ends when `k` are left.
 *
 * The original ProTeGi code drops everything below the mean instead of the worse half and may end with fewer arms than the beam.
 */
export const successiveHalving: Selector = {
  name: 'successive-halving',
  async select(arms, k, budget, pull) {
    const tally = createTally(arms, budget, pull);
    const wanted = Math.max(1, k);
    let survivors = indexesOf(arms);
    let rejected: number[] = [];
    while (survivors.length > wanted) {
      await tally.pullEach(survivors, halvingPulls(budget, survivors.length, arms.length));
      const ordered = tally.byMean(survivors);
      const keep = Math.max(wanted, Math.ceil(survivors.length / 2));
      rejected = [...ordered.slice(keep), ...rejected];
      survivors = ordered.slice(0, keep).sort((a, b) => a - b);
    }
    return selectionOf(arms, [...tally.byMean(survivors), ...rejected], k, tally);
  },
};
