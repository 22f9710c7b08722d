import type { Candidate } from '../../src/domain/candidate.ts';
import type { Draft, SearchEnd, SearchTask } from '../../src/search/contract.ts';
import { type NextBeam, selectBeam } from './beam.ts';
import { expand } from './expand.ts';
import { findErrors } from './failures.ts';
import { metaPromptsOf, type ProtegiOptions } from './options.ts';
import { type Plan, scaleToBudget, stepRollouts } from './plan.ts';
import { createPurse } from './purse.ts';
import { createReferee } from './referee.ts';

/** Steps in a row without a usable proposal after which the search gives up. */
const DRY_STEPS = 3;

/** Beam search of ProTeGi (Algorithm 1 of the paper), between a validation of the baseline and one of the final beam. */
export async function protegiSearch(task: SearchTask, options: ProtegiOptions): Promise<SearchEnd> {
  const prompts = metaPromptsOf(options);
  const sizes = { train: task.train.length, validation: task.validation.length };
  const purse = createPurse(task);
  const referee = await createReferee(task);
  const plan = scaleToBudget(options, sizes.validation + purse.rolloutsAfter(sizes.validation), sizes);
  task.record.note('plan', { ...plan });

  const reserve = plan.beam * sizes.validation;
  let beam: readonly Candidate[] = [task.baseline];
  const end = async (stop: SearchEnd['stop']): Promise<SearchEnd> => {
    await referee.conclude(beam);
    return { stop };
  };

  let dry = 0;
  for (let step = 1; step <= plan.maxSteps; step++) {
    const rollouts = stepRollouts(plan, beam.length, sizes.train);
    if (!purse.affords(rollouts, reserve)) break;
    const parents = await findErrors(task, plan, options.errorsPerGroup, beam, step, (more) =>
      purse.affords(rollouts + more, reserve),
    );
    if (parents.length === 0) return end('nothing-left-to-learn');

    const drafts = await expand(task, options, plan, prompts, parents, step);
    const successors = drafts.flatMap((list, index) => propose(task, plan, list, step, index));
    if (successors.length === 0) {
      purse.stepDone();
      dry += 1;
      if (dry >= DRY_STEPS) return end('no-improvement');
      continue;
    }
    dry = 0;
    const next = await selectBeam(task, options, plan, [...beam, ...successors], step);
    tell(task, beam, next, step);
    beam = next.beam;
    purse.stepDone();
    await referee.lookAtLeader(beam, plan, purse, step);
  }
  return end('search-complete');
}

/** At most `maxSuccessors` of a parent's drafts, drawn at random; refused ones do not count. */
function propose(task: SearchTask, plan: Plan, drafts: readonly Draft[], step: number, parent: number): Candidate[] {
  const accepted: Candidate[] = [];
  for (const draft of task.random('successors', step, parent).shuffle(drafts)) {
    if (accepted.length >= plan.maxSuccessors) break;
    const proposed = task.record.propose(draft);
    if (proposed.ok) accepted.push(proposed.candidate);
  }
  return accepted;
}

/** Records what became of every prompt that entered or left the beam. */
function tell(task: SearchTask, before: readonly Candidate[], next: NextBeam, step: number): void {
  for (const { arm, mean, pulls } of next.ranking) {
    const kept = next.beam.includes(arm);
    if (kept && before.includes(arm)) continue;
    const seen = mean === null ? 'no score in this selection' : `mean ${mean.toFixed(3)} on ${pulls} train rows`;
    task.record.fate(arm, kept ? 'accepted' : 'pruned', `${kept ? 'in' : 'not in'} the beam of step ${step}: ${seen}`);
  }
  task.record.note('beam', {
    step,
    pool: next.ranking.length,
    pulls: next.pulls,
    beam: next.beam.map((candidate) => candidate.id),
  });
}
