import type { ArmResult, Pull, Selection } from './contract.ts';

/** Counts pulls and scores of arms (by index). The one place where a selection spends: it cannot pass its budget. */
export interface Tally {
  /** Units that may still be pulled. */
  readonly left: number;
  /** Rows pulled so far, missing scores included. */
  pulls(arm: number): number;
  /** Rows with a score so far. */
  scored(arm: number): number;
  mean(arm: number): number | null;
  /** The arm has no rows left. */
  exhausted(arm: number): boolean;
  /** Pulls each of the arms `n` times (cut down to what is left, in the given order), all at once. Returns the rows pulled. */
  pullEach(arms: readonly number[], n: number): Promise<number>;
  /** Best mean first; arms without a score last; ties by index. */
  byMean(arms: readonly number[]): number[];
}

interface ArmState {
  pulls: number;
  scored: number;
  sum: number;
  exhausted: boolean;
}

export function createTally<Arm>(arms: readonly Arm[], budget: number, pull: Pull<Arm>): Tally {
  const states: ArmState[] = arms.map(() => ({ pulls: 0, scored: 0, sum: 0, exhausted: false }));
  let left = Math.max(0, Math.floor(budget));
  const stateOf = (index: number): ArmState => {
    const state = states[index];
    if (!state) throw new Error(`bandit: no arm ${index}`);
    return state;
  };
  const mean = (index: number) => {
    const { scored, sum } = stateOf(index);
    return scored === 0 ? null : sum / scored;
  };

  const pullOne = async (index: number, n: number): Promise<number> => {
    const scores = await pull(arms[index] as Arm, n);
    if (scores.length > n) throw new Error(`bandit: asked for ${n} scores and got ${scores.length}`);
    const state = stateOf(index);
    for (const score of scores) {
      state.pulls += 1;
      if (score === null) continue;
      state.scored += 1;
      state.sum += score;
    }
    if (scores.length < n) state.exhausted = true;
    left += n - scores.length;
    return scores.length;
  };

  return {
    get left() {
      return left;
    },
    pulls: (index) => stateOf(index).pulls,
    scored: (index) => stateOf(index).scored,
    mean,
    exhausted: (index) => stateOf(index).exhausted,
    pullEach: async (indexes, n) => {
      const orders: Promise<number>[] = [];
      for (const index of indexes) {
        const units = Math.min(Math.floor(n), left);
        if (units <= 0 || stateOf(index).exhausted) continue;
        left -= units;
        orders.push(pullOne(index, units));
      }
      return (await Promise.all(orders)).reduce((sum, rows) => sum + rows, 0);
    },
    byMean: (indexes) => [...indexes].sort((a, b) => compareMeans(mean(a), mean(b)) || a - b),
  };
}

function compareMeans(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return b - a;
}

/** The selection that a full order of arm indexes stands for. */
export function selectionOf<Arm>(
  arms: readonly Arm[],
  order: readonly number[],
  k: number,
  tally: Tally,
): Selection<Arm> {
  const ranking: ArmResult<Arm>[] = order.map((index) => ({
    arm: arms[index] as Arm,
    pulls: tally.pulls(index),
    mean: tally.mean(index),
  }));
  return {
    kept: ranking.slice(0, k).map((result) => result.arm),
    ranking,
    pulls: ranking.reduce((sum, result) => sum + result.pulls, 0),
  };
}

/** 0 … n−1. */
export function indexesOf(arms: readonly unknown[]): number[] {
  return arms.map((_arm, index) => index);
}
