import type { SyntheticRun } from './testing-world.ts';

/**
 * What holds for every optimizer in every world; throws with the first thing that does not. Call it after the search has returned or
 * has been ended by the budget.
 */
export function checkInvariants(run: SyntheticRun): void {
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`invariant broken: ${what}`);
  };
  must(run.ledger.spent.rollouts === run.paid.length, 'the ledger equals the rollouts that were made');
  const pairs = new Set(run.paid.map((paid) => JSON.stringify(paid)));
  must(pairs.size === run.paid.length, 'no (candidate, row, repeat) is paid twice');

  const ids = run.candidates.map((candidate) => candidate.id);
  const accepted = run.proposals.flatMap((proposal) => proposal.candidateId ?? []);
  must(JSON.stringify(['c0', ...accepted]) === JSON.stringify(ids), 'each proposal is recorded once, in order');
  run.candidates.forEach((candidate, index) => {
    const parents = candidate.parents.map((parent) => ids.indexOf(parent));
    must(index === 0 || parents.length > 0, `${candidate.id} has parents`);
    must(
      parents.every((parent) => parent >= 0 && parent < index),
      `the parents of ${candidate.id} are older candidates`,
    );
    must(
      JSON.stringify(Object.keys(candidate.components).sort()) ===
        JSON.stringify(Object.keys(run.task.baseline.components).sort()),
      `${candidate.id} has the components of the baseline`,
    );
  });

  const paidFor = new Map<string, Set<string>>();
  for (const { candidateId, rowId } of run.paid) {
    paidFor.set(candidateId, (paidFor.get(candidateId) ?? new Set()).add(rowId));
    must(ids.includes(candidateId), `measured candidate ${candidateId} is recorded`);
  }
  for (const id of run.validated) {
    const rows = paidFor.get(id) ?? new Set();
    must(
      run.task.validation.every((row) => rows.has(row.id)),
      `${id} was measured on all of validation before its score stood`,
    );
  }
  for (const { candidateId } of run.fates)
    must(ids.includes(candidateId), `fate of a recorded candidate ${candidateId}`);
}
