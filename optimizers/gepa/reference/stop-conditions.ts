import type { SearchEnd } from '../../../src/search/contract.ts';
import type { ReferenceOptions } from './options.ts';
import type { Pool } from './pool.ts';

/** What the stop conditions count. A proposal is every attempt at a new text that reached the author or was merged. */
export class Progress {
  proposals = 0;
  withoutImprovement = 0;
  refusedInARow = 0;

  /** Nothing was measured: no usable answer, or refused by the checks. */
  refused(): void {
    this.refusedInARow += 1;
    this.count(false);
  }

  measured(improvedBest: boolean): void {
    this.refusedInARow = 0;
    this.count(improvedBest);
  }

  private count(improvedBest: boolean): void {
    this.proposals += 1;
    this.withoutImprovement = improvedBest ? 0 : this.withoutImprovement + 1;
  }
}

type StopCondition = (progress: Progress, pool: Pool, stop: ReferenceOptions['stop']) => SearchEnd['stop'] | null;

const targetReached: StopCondition = (_progress, pool, { targetScore }) =>
  targetScore !== undefined && pool.reaches(targetScore) ? 'target-reached' : null;

const proposalsMade: StopCondition = ({ proposals }, _pool, { maxProposals }) =>
  maxProposals !== undefined && proposals >= maxProposals ? 'search-complete' : null;

const noImprovement: StopCondition = (progress, _pool, { noImprovement: limit }) =>
  limit !== undefined && progress.withoutImprovement >= limit ? 'no-improvement' : null;

/**
 * Not in the package, which would go on for ever: proposals that are refused cost no rollouts, so no rollout budget ends them. Only the
 * reflection calls that would have followed are saved.
 */
const onlyRefusals: StopCondition = (progress, _pool, { refusedInARow }) =>
  progress.refusedInARow >= refusedInARow ? 'no-improvement' : null;

const CONDITIONS = [targetReached, proposalsMade, noImprovement, onlyRefusals];

/** The first stop condition that holds. Looked at between iterations only; the budget ends a search by itself, anywhere. */
export function stopReason(progress: Progress, pool: Pool, stop: ReferenceOptions['stop']): SearchEnd['stop'] | null {
  for (const condition of CONDITIONS) {
    const reason = condition(progress, pool, stop);
    if (reason !== null) return reason;
  }
  return null;
}
