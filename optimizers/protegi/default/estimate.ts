import type { SearchSize } from '../../../src/search/contract.ts';
import type { DefaultOptions } from './options.ts';

/** Rollouts of one step with its rows for new errors, per group: what the bundled tasks took (bench/search-quality.ts). */
const PER_GROUP = 12;

export function defaultProposals({ rollouts }: SearchSize, options: DefaultOptions): number {
  const { firstRows, groups, critiques, editsPerCritique, stop } = options;
  const steps = Math.max(0, rollouts - firstRows) / (PER_GROUP * groups);
  return Math.floor(Math.min(steps, stop.maxSteps ?? Number.POSITIVE_INFINITY) * groups * critiques * editsPerCritique);
}
