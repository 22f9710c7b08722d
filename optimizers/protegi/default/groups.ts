import type { Candidate } from '../../../src/domain/candidate.ts';
import { suspects } from '../../../src/search/blame.ts';
import type { SearchRow, SearchTask } from '../../../src/search/contract.ts';
import { failureSimilarity } from '../../../src/search/failure-similarity.ts';
import type { Random } from '../../../src/search/random.ts';
import type { Evidence, KnownRow } from './evidence.ts';

/** Errors of one candidate that look alike. */
export interface ErrorGroup {
  readonly parent: Candidate;
  /** The step of a chain that may be at fault for all of them; of a single prompt its only component. */
  readonly component: string;
  /** Training rows that may be shown, the drawn one first, then those most like it. */
  readonly showable: readonly string[];
  /** All rows of the group, of both splits. */
  readonly rowIds: readonly string[];
  /** Training rows that pass, those most like the drawn error first. */
  readonly alikePassing: readonly string[];
}

/** Cosine from which two errors count as one kind. */
const SIMILAR = 0.3;

/** Which errors are still worth a critique, and which belong together. */
export class ErrorGroups {
  readonly #evidence: Evidence;
  readonly #maxTries: number;
  readonly #components: readonly string[];
  readonly #rows: ReadonlyMap<string, SearchRow>;
  readonly #train: ReadonlySet<string>;
  /** Components that were criticised, by row. */
  readonly #tries = new Map<string, readonly string[]>();

  constructor(task: SearchTask, evidence: Evidence, maxTries: number) {
    this.#evidence = evidence;
    this.#maxTries = maxTries;
    this.#components = task.components;
    this.#rows = new Map([...task.train, ...task.validation].map((row) => [row.id, row]));
    this.#train = new Set(task.train.map((row) => row.id));
  }

  /** Known errors that may be shown and were not criticised too often. */
  open(candidate: Candidate): string[] {
    return [...this.#evidence.known(candidate).values()]
      .filter(({ rowId, fails }) => fails && this.#train.has(rowId) && this.tries(rowId) < this.#maxTries)
      .map(({ rowId }) => rowId);
  }

  /** Critiques of a row, of all components or of one. */
  tries(rowId: string, component?: string): number {
    const tries = this.#tries.get(rowId) ?? [];
    return component === undefined ? tries.length : tries.filter((each) => each === component).length;
  }

  tried(rowIds: readonly string[], component: string): void {
    for (const rowId of rowIds) this.#tries.set(rowId, [...(this.#tries.get(rowId) ?? []), component]);
  }

  /** A row that came right, or went wrong again, is a new matter. */
  reopen(rowIds: readonly string[]): void {
    for (const rowId of rowIds) this.#tries.delete(rowId);
  }

  /** Up to `count` disjoint groups, each around an error that has many like it and was tried seldom. */
  draw(parent: Candidate, count: number, random: Random): ErrorGroup[] {
    const known = [...this.#evidence.known(parent).values()];
    const similarity = failureSimilarity(
      known.flatMap(({ rowId, measured, fails }) => {
        const row = this.#rows.get(rowId);
        return row === undefined ? [] : [{ row, measured, fails }];
      }),
    );
    const failing = known.filter((row) => row.fails).map((row) => row.rowId);
    const passing = known.filter((row) => !row.fails && this.#train.has(row.rowId)).map((row) => row.rowId);
    const like = (rowId: string, others: readonly string[]) =>
      others.toSorted((a, b) => similarity(rowId, b) - similarity(rowId, a));
    const alike = (rowId: string) => failing.filter((other) => other !== rowId && similarity(rowId, other) > SIMILAR);
    const groups: ErrorGroup[] = [];
    let open = this.open(parent);
    while (groups.length < count && open.length > 0) {
      const weights = open.map((rowId) => (1 + alike(rowId).length) / (1 + this.tries(rowId)) ** 2);
      const drawn = open[random.weighted(weights)] ?? random.pick(open);
      const component = this.#componentFor([drawn, ...alike(drawn)], parent);
      const blamed = (rowId: string) => this.#suspects(rowId, parent).includes(component);
      const rowIds = [drawn, ...like(drawn, alike(drawn).filter(blamed))];
      const showable = rowIds.filter((rowId) => open.includes(rowId));
      groups.push({ parent, component, showable, rowIds, alikePassing: like(drawn, passing) });
      open = open.filter((rowId) => !rowIds.includes(rowId));
    }
    return groups;
  }

  /** Of the steps that may be at fault for the first error, the one criticised least for all of them, of those the first to run. */
  #componentFor(rowIds: readonly string[], candidate: Candidate): string {
    const tries = (component: string) => rowIds.reduce((sum, rowId) => sum + this.tries(rowId, component), 0);
    return this.#suspects(rowIds[0] ?? '', candidate).sort((a, b) => tries(a) - tries(b))[0] ?? '';
  }

  #suspects(rowId: string, candidate: Candidate): string[] {
    const known = this.#evidence.known(candidate);
    const failing = known.get(rowId);
    if (failing === undefined || this.#components.length === 1) return [...this.#components];
    const outcome = (row: KnownRow) => ({
      expected: this.#rows.get(row.rowId)?.expected ?? '',
      measured: row.measured,
    });
    const found = suspects(outcome(failing), [...known.values()].filter((row) => !row.fails).map(outcome));
    return found.length > 0 ? found : [...this.#components];
  }
}
