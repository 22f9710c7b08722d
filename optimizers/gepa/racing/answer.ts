import type { Candidate } from '../../../src/domain/candidate.ts';
import { type EditEvidence, type EditPrior, judgeEdit } from '../../../src/search/edit-posterior.ts';

/** What is known of a lineage. */
export interface LineageFacts {
  readonly rowIds: readonly string[];
  /** Score of a candidate on a row; null = not measured. */
  scoreOf(candidate: Candidate, rowId: string): number | null;
  /** A row with this score is one that an edit can break. */
  passing(score: number): boolean;
  /** What may be expected of the change from one candidate to another before anything is measured. */
  prior(from: Candidate, to: Candidate): EditPrior;
  /** Mean score that failing rows lack. */
  readonly room: number;
}

/**
 * The candidate of a lineage that the search stands by. The incumbent is the text to learn from: its last edits have won short races, and
 * what they break is still to be found. As an answer an ancestor is better when, over the rows measured since, little was won, and the
 * harm that may still hide on the rows not measured since outweighs it. `ancestors`: nearest first.
 */
export function answerOf(incumbent: Candidate, ancestors: readonly Candidate[], facts: LineageFacts): Candidate {
  const lineage = [incumbent, ...ancestors];
  let answer = incumbent;
  let least = 0;
  for (const [index, ancestor] of ancestors.entries()) {
    const gain = expectedGain(
      lineage.slice(0, index + 1),
      lineage.slice(index + 1),
      facts.prior(ancestor, incumbent),
      facts,
    );
    if (gain < least) [answer, least] = [ancestor, gain];
  }
  return answer;
}

/** Of the head of `since` over the head of `until`: what was measured, and what may be expected of the other rows. */
function expectedGain(
  since: readonly Candidate[],
  until: readonly Candidate[],
  prior: EditPrior,
  { rowIds, scoreOf, passing, room }: LineageFacts,
): number {
  const nearest = (lineage: readonly Candidate[], rowId: string) => {
    for (const candidate of lineage) {
      const score = scoreOf(candidate, rowId);
      if (score !== null) return score;
    }
    return null;
  };
  let known = 0;
  let won = 0;
  let inherited = 0;
  const passes: EditEvidence[] = [];
  for (const rowId of rowIds) {
    const before = nearest(until, rowId);
    if (before === null) continue;
    known += 1;
    const after = nearest(since, rowId);
    if (after !== null) won += after - before;
    if (!passing(before)) continue;
    if (after === null) inherited += 1;
    else passes.push({ luck: LUCK, changed: Math.min(1, Math.max(0, (before - after) / room)) });
  }
  if (known === 0) return 0;
  const unseen = judgeEdit(prior, { targets: 0, passes: inherited / known, room }, [], passes);
  return won / known + unseen.gain;
}

/** A row may turn out otherwise for no reason but the wording. */
const LUCK = 0.02;
