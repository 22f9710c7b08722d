import type { Selector } from './contract.ts';
import { createTally, indexesOf, selectionOf } from './tally.ts';

/** 1/2 + Σ_{i=2..K} 1/i */
export function logBar(arms: number): number {
  let sum = 0.5;
  for (let i = 2; i <= arms; i++) sum += 1 / i;
  return sum;
}

/**
 * n_k = ceil((1 / logbar K)·(B − K) / (K + 1 − k)): rows that each surviving arm has been pulled on at the end of phase k = 1 … K − 1.
 * Never below 0 (a budget smaller than the number of arms).
 */
export function rejectsSchedule(arms: number, budget: number): number[] {
  const scale = (budget - arms) / logBar(arms);
  return Array.from({ length: Math.max(0, arms - 1) }, (_, index) => Math.max(0, Math.ceil(scale / (arms - index))));
}

/**
 * Successive Rejects (Audibert, Bubeck & Munos 2010), parameter-free: in phase k each surviving arm is pulled up to n_k rows, then the
 * arm with the lowest cumulative mean is dropped; the phases end when `k` arms are left. All K − 1 phases together stay within B, so
 * fewer phases do too.
 *
 * The original ProTeGi code pulls at least 4 fresh rows per phase and judges by them alone: 2.9 times its budget at its own defaults.
 */
export const successiveRejects: Selector = {
  name: 'successive-rejects',
  async select(arms, k, budget, pull) {
    const tally = createTally(arms, budget, pull);
    let survivors = indexesOf(arms);
    const rejected: number[] = [];
    let reached = 0;
    for (const target of rejectsSchedule(arms.length, budget)) {
      if (survivors.length <= Math.max(1, k)) break;
      await tally.pullEach(survivors, target - reached);
      reached = target;
      const ordered = tally.byMean(survivors);
      rejected.unshift(...ordered.slice(-1));
      survivors = ordered.slice(0, -1).sort((a, b) => a - b);
    }
    return selectionOf(arms, [...tally.byMean(survivors), ...rejected], k, tally);
  },
};
