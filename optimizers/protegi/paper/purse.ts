import { RESOURCES, type Resource } from '../../../src/domain/budget.ts';
import type { SearchTask } from '../../../src/search/contract.ts';

/** Costs are estimates (prompts grow, answers vary): this much more is kept. */
const MARGIN = 1.25;
/** Share of tokens and dollars that the first estimate leaves to rollouts; the rest is for proposals. */
const ROLLOUT_SHARE = 0.7;

/**
 * Whether the budget still pays something, so that a run ends in good order with its final beam validated. Rollouts are counted exactly;
 * tokens and dollars are estimated from what this run has spent so far. Only a look ahead: the ledger is what keeps the budget.
 *
 * Ask only between steps: while calls are open, what is reserved for them counts as spent.
 */
export interface Purse {
  /** Rollouts that every limit together would pay, after a first sample of `sampled` rollouts. */
  rolloutsAfter(sampled: number): number;
  /** A step of up to `rollouts`, then a validation of up to `reserve` rollouts. */
  affords(rollouts: number, reserve: number): boolean;
  /** Notes what a step has cost, with the rollouts it was planned to take at most. */
  stepDone(): void;
}

type Left = Readonly<Record<Resource, number>>;

export function createPurse(task: Pick<SearchTask, 'remaining'>): Purse {
  const look = (): Left => ({
    rollouts: task.remaining('rollouts'),
    confirmationRollouts: Infinity,
    tokens: task.remaining('tokens'),
    reflectionTokens: task.remaining('reflectionTokens'),
    nanoUsd: task.remaining('nanoUsd'),
  });
  const metered = RESOURCES.filter((resource) => resource !== 'rollouts' && Number.isFinite(look()[resource]));
  const start = look();
  let last = start;
  const perRollout = new Map<Resource, number>();
  const dearestStep = new Map<Resource, number>();
  const spentSince = (before: Left, resource: Resource) => before[resource] - look()[resource];

  return {
    rolloutsAfter(sampled) {
      last = look();
      for (const resource of metered) perRollout.set(resource, spentSince(start, resource) / Math.max(1, sampled));
      const limits = metered.map((resource) => {
        const rate = perRollout.get(resource) ?? 0;
        return rate > 0 ? Math.floor((ROLLOUT_SHARE * last[resource]) / rate) : Infinity;
      });
      return Math.min(last.rollouts, ...limits);
    },
    affords(rollouts, reserve) {
      const left = look();
      if (left.rollouts < rollouts + reserve) return false;
      return metered.every((resource) => {
        const rate = perRollout.get(resource) ?? 0;
        const step = dearestStep.get(resource) ?? rollouts * rate;
        return left[resource] >= MARGIN * (step + reserve * rate);
      });
    },
    stepDone() {
      for (const resource of metered) {
        dearestStep.set(resource, Math.max(dearestStep.get(resource) ?? 0, spentSince(last, resource)));
      }
      last = look();
    },
  };
}
