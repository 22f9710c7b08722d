import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';

/** What is known of a row under a candidate. */
export interface KnownRow {
  readonly rowId: string;
  readonly measured: Measured;
  readonly score: number;
  /** How many generations ago it was measured; 0 = under the candidate's very text. */
  readonly age: number;
  /** Worth a critique: it does not pass, or, when all rows pass, its score is not perfect. */
  readonly fails: boolean;
  /** Probability that it would turn out the other way under a text that does nothing to it. */
  readonly luck: number;
}

/** What is believed of the noise before anything is seen: one row in twelve turns out differently under another text. */
const NOISE = { flips: 1, rows: 12 };
/** Weight of the common noise against one measurement of the row. */
const PRIOR = 2;
/** Scores this close are the same result. */
const SAME = 0.1;

/** All that has been measured. An edit leaves most rows alone, so a candidate inherits its ancestors' results until it is measured itself. */
export class Evidence {
  readonly #task: SearchTask;
  readonly #perfect: number;
  readonly #rowIds: readonly string[];
  readonly #parents = new Map<string, Candidate>();
  #known = new Map<string, ReadonlyMap<string, KnownRow>>();
  #flips = NOISE.flips;
  #remeasured = NOISE.rows;

  constructor(task: SearchTask, perfectScore: number) {
    this.#task = task;
    this.#perfect = perfectScore;
    this.#rowIds = [...task.train, ...task.validation].map((row) => row.id);
  }

  /** The candidate inherits from this one. */
  descends(candidate: Candidate, parent: Candidate): void {
    this.#parents.set(candidate.id, parent);
  }

  /** The candidate and its ancestors, nearest first. */
  lineage(candidate: Candidate): readonly Candidate[] {
    const line: Candidate[] = [];
    for (let one: Candidate | undefined = candidate; one !== undefined; one = this.#parents.get(one.id)) line.push(one);
    return line;
  }

  async measure(candidate: Candidate, rowIds: readonly string[]): Promise<readonly Measured[]> {
    const measured = await this.#task.lab.measure(candidate, [...new Set(rowIds)]);
    this.#known = new Map();
    return measured;
  }

  /** Score under the candidate's very text; null = not measured, or missing. */
  own(candidate: Candidate, rowId: string): number | null {
    return this.#task.lab.known(candidate, rowId)?.score ?? null;
  }

  /** Nobody in the lineage has been asked. */
  isUnknown(candidate: Candidate, rowId: string): boolean {
    return this.lineage(candidate).every((each) => this.#task.lab.known(each, rowId) === undefined);
  }

  /** Rows with a score under the candidate or an ancestor. */
  known(candidate: Candidate): ReadonlyMap<string, KnownRow> {
    const before = this.#known.get(candidate.id);
    if (before !== undefined) return before;
    const lineage = this.lineage(candidate);
    const rows = this.#rowIds.flatMap((rowId) => this.#nearest(lineage, rowId) ?? []);
    const allPass = rows.every(({ measured }) => measured.pass);
    const noise = this.#flips / this.#remeasured;
    const known = new Map(
      rows.map(({ support, ...row }) => {
        const fails = !row.measured.pass || (allPass && row.score < this.#perfect);
        const luck = Math.min(0.9, Math.max(0.005, (PRIOR * noise) / (PRIOR + support - 1)));
        return [row.rowId, { ...row, fails, luck }];
      }),
    );
    this.#known.set(candidate.id, known);
    return known;
  }

  /** Mean over these rows, as far as they are known. */
  mean(candidate: Candidate, rowIds: Iterable<string>): number {
    const known = this.known(candidate);
    const scores = [...rowIds].flatMap((rowId) => known.get(rowId)?.score ?? []);
    return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }

  /** Passing rows were measured again under another text, and so many no longer pass: what noise there is shows here. */
  sawPassing(rows: number, broken: number): void {
    this.#remeasured += rows;
    this.#flips += broken;
    this.#known = new Map();
  }

  /** The nearest result, and how many of the lineage in a row agree with it. */
  #nearest(
    lineage: readonly Candidate[],
    rowId: string,
  ): (Omit<KnownRow, 'fails' | 'luck'> & { support: number }) | null {
    let nearest: Omit<KnownRow, 'fails' | 'luck'> | null = null;
    let support = 0;
    for (const [age, candidate] of lineage.entries()) {
      const measured = this.#task.lab.known(candidate, rowId);
      // Missing under the very text: what an ancestor scored there would stay unproven for ever.
      if (age === 0 && measured?.score === null) return null;
      if (measured === undefined || measured.score === null) continue;
      nearest ??= { rowId, measured, score: measured.score, age };
      if (Math.abs(measured.score - nearest.score) > SAME) break;
      support += 1;
    }
    return nearest && { ...nearest, support };
  }
}
