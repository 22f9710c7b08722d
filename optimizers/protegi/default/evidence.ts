import type { Candidate } from '../../../src/domain/candidate.ts';
import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import { editNoise, type Remeasured } from '../../../src/search/edit-noise.ts';
import { type KnownRow, knownRows } from '../../../src/search/known-rows.ts';

/** Weight of the common noise against one measurement of the row. */
const PRIOR = 2;

/** All that has been measured. An edit leaves most rows alone, so a candidate inherits its ancestors' results until it is measured itself. */
export class Evidence {
  readonly #task: SearchTask;
  readonly #perfect: number;
  readonly #rowIds: readonly string[];
  readonly #parents = new Map<string, Candidate>();
  #known = new Map<string, ReadonlyMap<string, KnownRow>>();
  readonly #remeasured: Remeasured[] = [];

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
    const noise = editNoise(this.#remeasured);
    const known = knownRows(
      this.#task.lab,
      this.lineage(candidate),
      this.#rowIds,
      this.#perfect,
      ({ support }) => (PRIOR * noise) / (PRIOR + support - 1),
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
    this.#remeasured.push({ rows, broken });
    this.#known = new Map();
  }
}
