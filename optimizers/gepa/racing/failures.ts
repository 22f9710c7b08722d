import type { SearchRow, SearchTask } from '../../../src/search/contract.ts';
import { failureSimilarity, type Similarity } from '../../../src/search/failure-similarity.ts';
import type { Random } from '../../../src/search/random.ts';
import type { RacingOptions } from './options.ts';
import type { KnownRow, Standing } from './standing.ts';

/** Failures that look alike, most similar to the drawn one first. */
export interface FailureGroup {
  /** Training rows that may be shown. */
  readonly showable: readonly string[];
  /** All rows of the group, shown or not, of both splits. */
  readonly rowIds: readonly string[];
}

/** Cosine from which two failures count as one kind. */
const SIMILAR = 0.3;

/** Which failures of the incumbent are still worth a reflection, and which belong together. */
export class Failures {
  readonly #standing: Standing;
  readonly #options: RacingOptions;
  readonly #rows: ReadonlyMap<string, SearchRow>;
  readonly #train: ReadonlySet<string>;
  /** Components that were reflected on, by row. */
  readonly #tries = new Map<string, readonly string[]>();

  constructor(task: SearchTask, standing: Standing, options: RacingOptions) {
    this.#standing = standing;
    this.#options = options;
    this.#rows = new Map([...task.train, ...task.validation].map((row) => [row.id, row]));
    this.#train = new Set(task.train.map((row) => row.id));
  }

  /** Known failures that may be shown and were not reflected on too often. */
  open(): string[] {
    return [...this.#standing.known.values()].filter((row) => this.#isOpen(row)).map((row) => row.rowId);
  }

  #isOpen(row: KnownRow): boolean {
    return row.fails && this.#train.has(row.rowId) && this.tries(row.rowId) < this.#options.maxTries;
  }

  /** Reflections on a row, of all components or of one. */
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

  /** Draws a group: around failures that have many like them and were tried seldom. Null when none is open. */
  draw(random: Random): FailureGroup | null {
    const open = this.open();
    if (open.length === 0) return null;
    const failing = [...this.#standing.known.values()].filter((row) => row.fails).map((row) => row.rowId);
    const similarity = this.#similarity();
    const alike = (rowId: string) => failing.filter((other) => other !== rowId && similarity(rowId, other) > SIMILAR);
    const weights = open.map((rowId) => (1 + alike(rowId).length) / (1 + this.tries(rowId)) ** 2);
    const seed = open[random.weighted(weights)] ?? random.pick(open);
    const group = [seed, ...alike(seed).sort((a, b) => similarity(seed, b) - similarity(seed, a))];
    const showable = group.filter((rowId) => open.includes(rowId));
    const rest = open.filter((rowId) => !group.includes(rowId));
    const fillers = random.sample(rest, Math.max(0, this.#options.fill - showable.length));
    return { showable: [...showable, ...fillers], rowIds: [...group, ...fillers] };
  }

  #similarity(): Similarity {
    return failureSimilarity(
      [...this.#standing.known.values()].flatMap((known) => {
        const row = this.#rows.get(known.rowId);
        return row === undefined ? [] : [{ row, measured: known.measured, fails: known.fails }];
      }),
    );
  }
}
