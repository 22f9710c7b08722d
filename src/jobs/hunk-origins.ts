import type { Candidate } from '../domain/candidate.ts';
import type { Components } from '../domain/prompt.ts';
import { type Hunk, hunksBetween, sentencesOf } from '../search/hunks.ts';

/** What is needed of a candidate to follow a change to where it came from. */
export type Ancestor = Pick<Candidate, 'id' | 'components' | 'parents'>;

export interface OriginatedHunk extends Hunk {
  /** The candidate that introduced it: the first of the lineage, counted from the baseline, that has it. */
  readonly originId: string;
}

/**
 * The hunks between the baseline and a candidate, each with the candidate of its lineage that introduced it. Every hunk has one: the
 * candidate has all of them and the baseline none, so that somewhere on the way up it is gone.
 */
export function originatedHunks(
  baseline: Ancestor,
  candidate: Ancestor,
  byId: ReadonlyMap<string, Ancestor>,
): OriginatedHunk[] {
  const counts = new Map<Ancestor, Map<string, Counts>>();
  const countsOf = (of: Ancestor, component: string): Counts => {
    const known = counts.get(of) ?? new Map<string, Counts>();
    counts.set(of, known);
    const found = known.get(component) ?? countSentences(of.components[component] ?? '');
    known.set(component, found);
    return found;
  };
  const hunksOf = new Map<Ancestor, Hunk[]>();
  const literally = (of: Ancestor, hunk: Hunk): boolean => {
    const own = hunksOf.get(of) ?? hunksBetween(baseline.components, of.components);
    hunksOf.set(of, own);
    return own.some((each) => sameHunk(each, hunk));
  };
  return hunksBetween(baseline.components, candidate.components).map((hunk) => {
    const bySentences = sentenceTest(hunk, baseline.components, candidate.components);
    const says = (of: Ancestor) => bySentences(countsOf(of, hunk.component));
    // Sentences that only moved, and white space, are in the baseline too: such a change is told by its place.
    const has = says(baseline) ? (of: Ancestor) => literally(of, hunk) : says;
    return { ...hunk, originId: firstWith(candidate, has, byId).id };
  });
}

type Counts = ReadonlyMap<string, number>;

function countSentences(text: string): Counts {
  const counts = new Map<string, number>();
  for (const sentence of sentencesOf(text)) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  return counts;
}

/** Whether a text has as many of the added sentences, and as few of the removed ones, as the candidate. */
function sentenceTest(hunk: Hunk, before: Components, after: Components): (counts: Counts) => boolean {
  const [old, now] = [before, after].map((texts) => countSentences(texts[hunk.component] ?? ''));
  const gained = sentencesOf(hunk.added).filter((each) => (now?.get(each) ?? 0) > (old?.get(each) ?? 0));
  const lost = sentencesOf(hunk.removed).filter((each) => (now?.get(each) ?? 0) < (old?.get(each) ?? 0));
  return (counts) =>
    gained.every((each) => (counts.get(each) ?? 0) >= (now?.get(each) ?? 0)) &&
    lost.every((each) => (counts.get(each) ?? 0) <= (now?.get(each) ?? 0));
}

const sameHunk = (a: Hunk, b: Hunk) =>
  a.component === b.component && a.at === b.at && a.removed === b.removed && a.added === b.added;

/** Up the lineage as long as a parent has it, too; of two such parents the first. */
function firstWith(candidate: Ancestor, has: (of: Ancestor) => boolean, byId: ReadonlyMap<string, Ancestor>): Ancestor {
  let found = candidate;
  const seen = new Set([candidate.id]);
  for (;;) {
    const parent = found.parents.flatMap((id) => byId.get(id) ?? []).find((each) => !seen.has(each.id) && has(each));
    if (parent === undefined) return found;
    seen.add(parent.id);
    found = parent;
  }
}
