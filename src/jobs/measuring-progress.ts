import type { Ledger } from '../domain/ledger.ts';
import type { RunProgress } from './run.ts';

/** How far something is that measures `all` rollouts and searches nothing. */
export function measuringProgress(ledger: Ledger, all: number): RunProgress {
  const { spent } = ledger;
  return {
    fraction: all === 0 ? 1 : spent.rollouts / all,
    rollouts: spent.rollouts,
    proposals: 0,
    accepted: 0,
    refused: 0,
    spent,
    baseline: null,
    best: null,
    noise: null,
    phase: 'search',
  };
}
