import type { Candidate } from '../../../src/domain/candidate.ts';

/** Score of a candidate on a row; null = not measured. */
export type ScoreOf = (candidate: Candidate, rowId: string) => number | null;

/**
 * The candidate of a lineage that the search stands by. The incumbent is the text to learn from: its last edits have won short races, and
 * what they break is found afterwards, and mended in later rounds. When the search ends before that, an ancestor is the better answer: the
 * one to which the incumbent has lost most over the rows that were measured since; the sum over them, not the mean over the rows known of
 * the ancestor, or a distant one that is known on few rows would look best whenever the incumbent has been harmed. Hard constraints come
 * first: an ancestor that breaks them more is no answer. `ancestors`: nearest first.
 */
export function answerOf(
  incumbent: Candidate,
  ancestors: readonly Candidate[],
  rowIds: readonly string[],
  scoreOf: ScoreOf,
  violation: (candidate: Candidate) => number,
): Candidate {
  const lineage = [incumbent, ...ancestors];
  let answer = incumbent;
  let least = 0;
  for (const [index, ancestor] of ancestors.entries()) {
    const gain = gainOf(lineage.slice(0, index + 1), lineage.slice(index + 1), rowIds, scoreOf);
    if (gain < least && violation(ancestor) <= violation(incumbent)) [answer, least] = [ancestor, gain];
  }
  return answer;
}

/** Of the head of `since` over the head of `until`: the sum over the rows known of the latter; a row not measured since has not changed. */
function gainOf(
  since: readonly Candidate[],
  until: readonly Candidate[],
  rowIds: readonly string[],
  scoreOf: ScoreOf,
): number {
  const nearest = (lineage: readonly Candidate[], rowId: string) => {
    for (const candidate of lineage) {
      const score = scoreOf(candidate, rowId);
      if (score !== null) return score;
    }
    return null;
  };
  let won = 0;
  for (const rowId of rowIds) {
    const before = nearest(until, rowId);
    if (before === null) continue;
    won += (nearest(since, rowId) ?? before) - before;
  }
  return won;
}
