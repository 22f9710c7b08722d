import type { SearchSize } from '../../../src/search/contract.ts';
import type { RacingOptions } from './options.ts';

/** Rollouts of one reflection with its races, and of the rows that show new failures: what the bundled tasks took (bench/search-quality.ts). */
const PER_ROUND = 24;

export function racingProposals({ rollouts }: SearchSize, options: RacingOptions): number {
  const rounds = Math.max(0, rollouts - options.firstRows) / PER_ROUND;
  return Math.min(Math.floor(rounds * options.hypotheses), options.stop.maxProposals ?? Number.POSITIVE_INFINITY);
}
