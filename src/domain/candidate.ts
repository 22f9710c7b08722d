import type { Components } from './prompt.ts';

/** A prompt that a search proposed and that passed the checks. `id` is `c0` (the baseline), `c1`, … in order of proposal. */
export interface Candidate {
  readonly id: string;
  readonly components: Components;
  /** Parents by id; empty for the baseline. A crossover has several. */
  readonly parents: readonly string[];
  /** How it was made: `baseline`, `reflect`, `merge`, `gradient-edit`, `paraphrase`, … */
  readonly operator: string;
  /** Why: critique, chosen rows, sources of each component; shown to users. */
  readonly reason: string;
}

/** A proposal that was refused before it cost a rollout. */
export const REFUSALS = [
  'empty',
  'truncated',
  'unparsable',
  'duplicate',
  'placeholder-missing',
  'placeholder-invented',
  'protected-clause-gone',
  'token-limit',
  'copies-rows',
  'addresses-judge',
] as const;
export type Refusal = (typeof REFUSALS)[number];
