import type { Candidate } from '../domain/candidate.ts';
import { contentHash } from '../domain/content-hash.ts';
import { withoutHunk } from '../search/hunks.ts';
import type { Random } from '../search/random.ts';
import { type Ancestor, type OriginatedHunk, originatedHunks } from './hunk-origins.ts';

/** The winner without one of its changes. */
export interface Variant {
  readonly hunk: OriginatedHunk;
  /** A candidate that has this very text already, or one that exists for this measurement only. */
  readonly candidate: Candidate;
}

/** Rows on which one change is looked at. */
const MOST_ROWS = 6;

/** The winner without each of its changes, in the order of the changes. The same lineage always gives the same variants. */
export function variantsOf(baseline: Ancestor, winner: Ancestor, candidates: readonly Candidate[]): Variant[] {
  const byText = new Map(
    [...candidates].reverse().map((candidate) => [contentHash(candidate.components), candidate] as const),
  );
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const hunks = originatedHunks(baseline, winner, byId);
  return hunks.map((hunk, index) => {
    const components = withoutHunk(baseline.components, hunks, index);
    const candidate = byText.get(contentHash(components)) ?? {
      id: `${winner.id}-without-${index + 1}`,
      components,
      parents: [winner.id],
      operator: 'ablation',
      reason: `${winner.id} without its change ${index + 1}`,
    };
    return { hunk, candidate };
  });
}

export interface AblationRows {
  /** Train and validation. */
  readonly open: readonly string[];
  readonly validation: readonly string[];
  /** What is known of a candidate on a row, higher = better; null = not measured, or missing. */
  readonly scoreOf: (candidate: Candidate, rowId: string) => number | null;
}

export interface AblationPair {
  readonly variant: Variant;
  readonly rowId: string;
}

/**
 * What is to be measured, most telling first: for each change one of its rows in turn. Its rows are those that it was adopted for: on
 * which the candidate that introduced it was better than the parents it had. Where none is known, those on which the winner is better
 * than the baseline, and then a sample of validation. White space alone is not looked at.
 */
export function ablationPairs(
  variants: readonly Variant[],
  baseline: Candidate,
  winner: Candidate,
  candidates: readonly Candidate[],
  { open, validation, scoreOf }: AblationRows,
  random: Random,
): AblationPair[] {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const order = random.shuffle(open);
  const sample = random.sample(validation, MOST_ROWS);
  const betterThan = (one: Candidate | undefined, others: readonly Candidate[]) =>
    order.filter((rowId) => {
      const score = one ? scoreOf(one, rowId) : null;
      const before = others.flatMap((other) => scoreOf(other, rowId) ?? []);
      return score !== null && before.length > 0 && before.every((each) => each < score);
    });
  const gained = betterThan(winner, [baseline]);
  const rows = variants.map(({ hunk }) => {
    if (hunk.removed.trim() === '' && hunk.added.trim() === '') return [];
    const origin = byId.get(hunk.originId);
    const fixed = betterThan(
      origin,
      (origin?.parents ?? []).flatMap((id) => byId.get(id) ?? []),
    );
    return [fixed, gained, sample].find((some) => some.length > 0)?.slice(0, MOST_ROWS) ?? [];
  });
  return Array.from({ length: MOST_ROWS }, (_, turn) =>
    variants.flatMap((variant, index) => {
      const rowId = rows[index]?.[turn];
      return rowId === undefined ? [] : [{ variant, rowId }];
    }),
  ).flat();
}
