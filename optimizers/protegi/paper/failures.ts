import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import type { Random } from '../../../src/search/random.ts';
import type { Plan } from './plan.ts';

/** A prompt of the beam with the errors that its critiques are made from, in groups. */
export interface Parent {
  readonly candidate: Candidate;
  readonly groups: readonly (readonly Measured[])[];
}

/** Rows that count as errors: not passed; when all passed, those below the full score. Missing scores are neither. */
function errorsIn(measured: readonly Measured[]): Measured[] {
  const scored = measured.filter((result) => result.score !== null);
  const failed = scored.filter((result) => !result.pass);
  return failed.length > 0 ? failed : scored.filter((result) => (result.score ?? 1) < 1);
}

/** Up to `groups` disjoint groups of up to `size` errors, drawn at random. */
function grouped<T>(errors: readonly T[], groups: number, size: number, random: Random): T[][] {
  const shuffled = random.shuffle(errors);
  const made: T[][] = [];
  for (let at = 0; at < shuffled.length && made.length < groups; at += size) made.push(shuffled.slice(at, at + size));
  return made;
}

/**
 * Looks for the errors of each prompt of the beam and draws the groups that are shown to the critic. Prompts without errors are left
 * out; an empty list means that nothing is left to learn on train.
 *
 * Each prompt is tried on a fresh random minibatch, as in the paper. A scaled run first uses the errors that selection has already paid
 * for, and tries a minibatch of new rows only where they do not fill the groups. When the whole beam passes, it looks further, minibatch
 * by minibatch, as long as `affords` allows.
 */
export async function findErrors(
  task: SearchTask,
  plan: Plan,
  errorsPerGroup: number,
  beam: readonly Candidate[],
  step: number,
  affords: (rollouts: number) => boolean,
): Promise<Parent[]> {
  const wanted = plan.errorGroups * errorsPerGroup;
  const searches = beam.map((candidate) => {
    const order = task.random('minibatch', step, candidate.id).shuffle(task.train.map((row) => row.id));
    const seen = plan.scaled ? order.flatMap((id) => task.lab.known(candidate, id) ?? []) : [];
    const rows = plan.scaled ? order.filter((id) => !task.lab.known(candidate, id)) : order;
    return { candidate, seen: [...seen], rows, next: 0 };
  });
  const errors = searches.map(({ seen }) => errorsIn(seen));
  for (let slice = 0; slice === 0 || errors.every((list) => list.length === 0); slice++) {
    const open = searches.map(({ rows, next }, index) =>
      (errors[index] ?? []).length >= wanted ? [] : rows.slice(next, next + plan.minibatch),
    );
    const cost = open.reduce((sum, rows) => sum + rows.length, 0);
    if (cost === 0 || (slice > 0 && !affords(cost))) break;
    const measured = await Promise.all(
      searches.map(({ candidate }, index) => task.lab.measure(candidate, open[index] ?? [])),
    );
    searches.forEach((search, index) => {
      search.next += (open[index] ?? []).length;
      search.seen.push(...(measured[index] ?? []));
      errors[index] = errorsIn(search.seen);
    });
  }
  return beam.flatMap((candidate, index) => {
    const random = task.random('groups', step, candidate.id);
    const groups = grouped(errors[index] ?? [], plan.errorGroups, errorsPerGroup, random);
    return groups.length > 0 ? [{ candidate, groups }] : [];
  });
}
