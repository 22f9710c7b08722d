import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Draft, SearchEnd, SearchTask } from '../../../src/search/contract.ts';
import { type NextBeam, selectBeam } from './beam.ts';
import { expand } from './expand.ts';
import { findErrors } from './failures.ts';
import { metaPromptsOf, type PaperOptions } from './options.ts';
import { type Plan, scaleToBudget, stepRollouts } from './plan.ts';
import { createPurse } from './purse.ts';
import { createReferee } from './referee.ts';

/** Steps in a row without a usable proposal after which the search gives up. */
const DRY_STEPS = 3;

/**
 * Beam search of ProTeGi (Algorithm 1 of the paper), between a validation of the baseline and one of the final beam.
 *
 * Follows the publication: a beam of prompts; errors of a random minibatch in groups of four; several critiques ("gradients") per group;
 * an edit per critique that sees the same errors; paraphrases of each edit; at most eight successors per parent, drawn at random before
 * selection; parents stay in the pool; a bandit with the published budget formulas chooses the next beam; temperature 1 for proposals.
 *
 * Where the published code differs from the paper, the paper is followed: a group of errors gets several critiques (the code: several
 * groups with one each); parents are not paraphrased; every expansion has a minibatch of its own; the default selector is UCB with c = 2
 * (the code: brute force, c = 1). The selection budget of 2,048 evaluations per step and the cut into 32 rows × 8 prompts are the code's,
 * for the paper gives none.
 *
 * Differs from both on purpose: any task and evaluator instead of yes/no classification (the critic sees outputs and feedback); minibatch
 * and selection use train rows only, and the final beam is judged once on validation together with the baseline (the paper reports the
 * best of its final beam on test rows); rollouts are measured once and reused; means are cumulative and missing scores left out; prompts
 * that break a hard constraint never come before others; unusable proposals are refused before they cost a rollout; equal seeds and
 * answers give equal runs. A budget that cannot pay the paper's numbers scales them (`scaleToBudget`).
 */
export async function searchPaper(task: SearchTask, options: PaperOptions): Promise<SearchEnd> {
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
