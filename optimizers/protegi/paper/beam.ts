import type { Candidate } from '../../../src/domain/candidate.ts';
import type { ArmResult } from '../../../src/search/bandits/contract.ts';
import { createSelector } from '../../../src/search/bandits/index.ts';
import { pullsInCommonOrder } from '../../../src/search/bandits/row-pulls.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import type { PaperOptions } from './options.ts';
import type { Plan } from './plan.ts';

export interface NextBeam {
  /** Best first. */
  readonly beam: readonly Candidate[];
  /** The pool in order of preference: feasible first, then as the selector ranked them. */
  readonly ranking: readonly ArmResult<Candidate>[];
  readonly pulls: number;
}

/**
 * Select_b (Algorithm 2 of the paper): the bandit ranks the pool on train rows in one common order, drawn anew for each step. Prompts
 * that break a hard constraint on the rows they were pulled on come behind all that do not, the smaller violation first.
 */
export async function selectBeam(
  task: SearchTask,
  options: PaperOptions,
  plan: Plan,
  pool: readonly Candidate[],
  step: number,
): Promise<NextBeam> {
  const order = task.random('selection-rows', step).shuffle(task.train.map((row) => row.id));
  const selector = createSelector(options.selector, {
    c: options.c,
    a: options.a,
    rowsPerPull: plan.rowsPerPull,
    armsPerRound: plan.armsPerRound,
  });
  const { ranking, pulls } = await selector.select(
    pool,
    plan.beam,
    plan.selectionBudget,
    pullsInCommonOrder(task.lab, order),
    task.random('selection', step),
  );
  const broken = new Map(
    ranking.map(({ arm, pulls: rows }) => [arm.id, task.lab.violation(arm, order.slice(0, rows))]),
  );
  const violationOf = (result: ArmResult<Candidate>) => broken.get(result.arm.id) ?? 0;
  const feasibleFirst = [...ranking].sort((a, b) => violationOf(a) - violationOf(b));
  return { beam: feasibleFirst.slice(0, plan.beam).map(({ arm }) => arm), ranking: feasibleFirst, pulls };
}
