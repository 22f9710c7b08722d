import { MAX_FINALISTS, type ResolvedJob } from './resolved.ts';

/** More runs of one row than this say little that more rows would not say better. */
const MAX_REPEATS = 5;

export interface RoundsParts {
  readonly rowIds: readonly string[];
  /** Candidates that run on every row: the baseline and the finalists. */
  readonly candidates: number;
  /** Confirmation rollouts that are left. */
  readonly rollouts: number;
  /** Repeats would say nothing new. */
  readonly deterministic: boolean;
  /** Rows of the cohorts that a hard constraint watches. */
  readonly cohorts: readonly (readonly string[])[];
}

/**
 * The rows of each round of the confirmation; the place in the list is the repeat. Fixed before the first sealed row is read, so that
 * nothing is repeated because of what it said.
 *
 * The first round is every row. Unless the answers are deterministic, further whole rounds follow as the confirmation rollouts allow, at
 * most five in all; what is left then goes to one more run of the rows of watched cohorts, the smallest cohort first, because those have
 * the fewest rows to tell something by.
 */
export function confirmationRounds({ rowIds, candidates, rollouts, deterministic, cohorts }: RoundsParts): string[][] {
  const cost = rowIds.length * candidates;
  const whole = deterministic ? 1 : wholeRounds(rollouts, cost);
  const rounds = Array.from({ length: whole }, () => [...rowIds]);
  if (deterministic || whole === MAX_REPEATS) return rounds;
  let left = rollouts - whole * cost;
  const more = new Set<string>();
  for (const cohort of [...cohorts].sort((a, b) => a.length - b.length)) {
    const fresh = cohort.filter((id) => !more.has(id));
    if (fresh.length * candidates > left) continue;
    left -= fresh.length * candidates;
    for (const id of fresh) more.add(id);
  }
  return more.size === 0 ? rounds : [...rounds, rowIds.filter((id) => more.has(id))];
}

const wholeRounds = (rollouts: number, cost: number) =>
  cost === 0 ? 1 : Math.max(1, Math.min(MAX_REPEATS, Math.floor(rollouts / cost)));

/** The A/A run measures each of its rows twice. */
export const aaRollouts = (rows: number): number => 2 * rows;

/** Runs of each test row that the budget allows when all three finalists are confirmed. */
export function plannedRepeats({
  budget,
  dataset,
  aaRows,
}: Pick<ResolvedJob, 'budget' | 'dataset' | 'aaRows'>): number {
  return wholeRounds(budget.confirmationRollouts - aaRollouts(aaRows), dataset.rows.test * (1 + MAX_FINALISTS));
}
