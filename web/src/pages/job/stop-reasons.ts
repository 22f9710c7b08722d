import type { StopReason } from '../../../../src/domain/job.ts';

/** Why a job ended, for people. */
export const STOP_REASON_TEXTS: Readonly<Record<StopReason, string>> = {
  budget: 'ended: the budget is spent',
  'target-reached': 'ended: the target is reached',
  'no-improvement': 'ended: no more improvement',
  'nothing-left-to-learn': 'ended: nothing is left to learn from',
  'search-complete': 'ended: the search is complete',
  complete: 'ended: complete',
  cancelled: 'ended by a person',
  'error-cap': 'ended: too many calls failed',
  error: 'ended by an error',
};
