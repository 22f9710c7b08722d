import type { Candidate } from '../../../src/domain/candidate.ts';
import { compareStandings } from '../../../src/domain/objective.ts';
import type { SearchTask } from '../../../src/search/contract.ts';
import type { Plan } from './plan.ts';
import type { Purse } from './purse.ts';

/** Validation: the only judge of who wins. Selection inside the steps happens on train and is never shown as a score. */
export interface Referee {
  /** After a step: validates the leader when it is new, a validation is due, and the budget has room besides the final one. */
  lookAtLeader(beam: readonly Candidate[], plan: Plan, purse: Purse, step: number): Promise<void>;
  /** Validates the final beam and says who won: constraints first, then the headline. */
  conclude(beam: readonly Candidate[]): Promise<void>;
}

/** Validates the baseline first, so that the curve begins there. */
export async function createReferee(task: SearchTask): Promise<Referee> {
  const rows = task.validation.map((row) => row.id);
  const done = new Set<string>();
  let looks = 0;

  async function validate(candidates: readonly Candidate[]): Promise<void> {
    await Promise.all(candidates.map((candidate) => task.lab.measure(candidate, rows)));
    for (const candidate of candidates) {
      if (done.has(candidate.id)) continue;
      done.add(candidate.id);
      task.record.validated(candidate);
    }
  }

  await validate([task.baseline]);
  const atStart = task.remaining('rollouts');

  /** Looks are spread evenly over the rollouts that are spent, or over the steps when rollouts have no limit. */
  function isDue(plan: Plan, step: number): boolean {
    const spent =
      Number.isFinite(atStart) && plan.scaled ? 1 - task.remaining('rollouts') / atStart : step / plan.steps;
    return spent >= (looks + 1) / (plan.interimValidations + 1);
  }

  return {
    async lookAtLeader(beam, plan, purse, step) {
      const leader = beam[0];
      if (!leader || done.has(leader.id) || !isDue(plan, step)) return;
      if (!purse.affords(rows.length, plan.beam * rows.length)) return;
      looks += 1;
      await validate([leader]);
    },
    async conclude(beam) {
      await validate(beam);
      const ordered = beam
        .map((candidate) => ({
          candidate,
          values: task.lab.aggregate(candidate, rows),
          violation: task.lab.violation(candidate, rows),
        }))
        .sort((a, b) => compareStandings(task.objectives, a, b));
      ordered.forEach(({ candidate }, index) => {
        if (index === 0) task.record.fate(candidate, 'accepted', 'first of the final beam on validation');
        else task.record.fate(candidate, 'rejected', `behind ${ordered[0]?.candidate.id} on validation`);
      });
    },
  };
}
