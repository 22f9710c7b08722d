import type { Candidate } from '../domain/candidate.ts';
import type { Lab, Measured } from './contract.ts';

/** What is known of a row under a candidate: its own result, or that of its nearest measured ancestor. An edit leaves most rows alone. */
export interface KnownRow {
  readonly rowId: string;
  readonly measured: Measured;
  readonly score: number;
  /** How many generations ago it was measured; 0 = under the candidate's very text. */
  readonly age: number;
  /** Worth a reflection: it does not pass, or, when all rows pass, its score is not perfect. */
  readonly fails: boolean;
  /** Probability that it would turn out the other way under a text that does nothing to it. */
  readonly luck: number;
}

/** A row whose result is known, and how many of the lineage in a row agree with it. */
export type Supported = Omit<KnownRow, 'luck'> & { readonly support: number };

/** Scores this close are the same result. */
export const SAME_SCORE = 0.1;
/** A row is never quite sure to stay as it is, nor to change. */
const LUCK = { min: 0.005, max: 0.9 };

/** Rows with a score under the head of a lineage (nearest first), in the order of `rowIds`. */
export function knownRows(
  lab: Pick<Lab, 'known'>,
  lineage: readonly Candidate[],
  rowIds: readonly string[],
  perfectScore: number,
  luckOf: (row: Supported) => number,
): ReadonlyMap<string, KnownRow> {
  const rows = rowIds.flatMap((rowId) => nearest(lab, lineage, rowId) ?? []);
  const allPass = rows.every(({ measured }) => measured.pass);
  return new Map(
    rows.map(({ support, ...row }) => {
      const fails = !row.measured.pass || (allPass && row.score < perfectScore);
      const luck = Math.min(LUCK.max, Math.max(LUCK.min, luckOf({ ...row, fails, support })));
      return [row.rowId, { ...row, fails, luck }];
    }),
  );
}

function nearest(
  lab: Pick<Lab, 'known'>,
  lineage: readonly Candidate[],
  rowId: string,
): Omit<Supported, 'fails'> | null {
  let found: Omit<Supported, 'fails' | 'support'> | null = null;
  let support = 0;
  for (const [age, candidate] of lineage.entries()) {
    const measured = lab.known(candidate, rowId);
    // Missing under the very text: what an ancestor scored there would stay unproven for ever.
    if (age === 0 && measured?.score === null) return null;
    if (measured === undefined || measured.score === null) continue;
    found ??= { rowId, measured, score: measured.score, age };
    if (Math.abs(measured.score - found.score) > SAME_SCORE) break;
    support += 1;
  }
  return found && { ...found, support };
}
