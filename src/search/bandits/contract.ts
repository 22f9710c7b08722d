import type { Random } from '../random.ts';

/**
 * Scores `n` more rows of an arm. Answers one value per row: `null` for a row that could not be scored (missing, never 0), and fewer
 * than `n` values when the arm has no rows left. A row is never given twice for the same arm.
 */
export type Pull<Arm> = (arm: Arm, n: number) => Promise<readonly (number | null)[]>;

/** What is known of an arm after a selection. */
export interface ArmResult<Arm> {
  readonly arm: Arm;
  /** Rows it was pulled on, missing scores included. */
  readonly pulls: number;
  /** Mean over all rows that were scored in this selection; null when there is none. */
  readonly mean: number | null;
}

export interface Selection<Arm> {
  /** The min(k, arms) arms to keep, best first. */
  readonly kept: readonly Arm[];
  /** Every arm in the selector's order of preference: the kept ones, then the others, the last rejected first. */
  readonly ranking: readonly ArmResult<Arm>[];
  /** Rows pulled in all; never more than the budget. */
  readonly pulls: number;
}

/**
 * Fixed-budget choice of the `k` best arms (best-arm identification). `budget` is in pulls: one row of one arm is one unit.
 *
 * Every selector keeps these promises: the pulls of all arms together never pass the budget; means are cumulative over the selection and
 * leave missing scores out; an arm without any score ranks behind all that have one; equal means keep the order in which the arms were
 * given; with `k` ≥ arms all are returned and nothing is pulled. Pulls of one round are issued together, in an
 * order that depends on the seed and the scores alone.
 */
export interface Selector {
  readonly name: string;
  select<Arm>(
    arms: readonly Arm[],
    k: number,
    budget: number,
    pull: Pull<Arm>,
    random: Random,
  ): Promise<Selection<Arm>>;
}
