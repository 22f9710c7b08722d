import type { SearchRow, SearchTask } from '../../../src/search/contract.ts';
import { failureSimilarity, type Similarity } from '../../../src/search/failure-similarity.ts';
import type { Random } from '../../../src/search/random.ts';
import { suspects } from './blame.ts';
import type { RacingOptions } from './options.ts';
import type { KnownRow, Standing } from './standing.ts';

/** Failures that look alike, most similar to the drawn one first. */
export interface FailureGroup {
  /** The step of a chain that may be at fault for all of them; of a single prompt its only component. */
  readonly component: string;
  /** Training rows that may be shown. */
  readonly showable: readonly string[];
  /** All rows of the group, shown or not, of both splits. */
  readonly rowIds: readonly string[];
  /** Training rows that pass and look like the failures, most similar first. */
  readonly passing: readonly string[];
}

/** Cosine from which two failures count as one kind. */
const SIMILAR = 0.3;

/** Which failures of the incumbent are still worth a reflection, and which belong together. */
export class Failures {
  readonly #standing: Standing;
  readonly #options: RacingOptions;
  readonly #components: readonly string[];
  readonly #rows: ReadonlyMap<string, SearchRow>;
  readonly #train: ReadonlySet<string>;
  /** Components that were reflected on, by row. */
  readonly #tries = new Map<string, readonly string[]>();

  /** Reflections after which a row waits. */
  #limit: number;

  constructor(task: SearchTask, standing: Standing, options: RacingOptions) {
    this.#standing = standing;
    this.#options = options;
    this.#limit = options.maxTries;
    this.#components = task.components;
    this.#rows = new Map([...task.train, ...task.validation].map((row) => [row.id, row]));
    this.#train = new Set(task.train.map((row) => row.id));
  }

  /** Known failures that may be shown and were not reflected on too often. */
  open(): string[] {
    return [...this.#standing.known.values()].filter((row) => this.#isOpen(row)).map((row) => row.rowId);
  }

  #isOpen(row: KnownRow): boolean {
    return row.fails && this.#train.has(row.rowId) && this.tries(row.rowId) < this.#limit;
  }

  /** All that waits is tried once more as often, when there is nothing else to do. False when that was done, or nothing waits. */
  retry(): boolean {
    if (this.#limit > this.#options.maxTries) return false;
    this.#limit = 2 * this.#options.maxTries;
    return this.open().length > 0;
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

  /** Draws up to so many groups, none of which shares a row with another: around failures that have many like them and were tried seldom. */
  draw(count: number, random: Random): FailureGroup[] {
    const groups: FailureGroup[] = [];
    const taken = new Set<string>();
    while (groups.length < count) {
      const open = this.open().filter((rowId) => !taken.has(rowId));
      if (open.length === 0) break;
      const group = this.#group(open, taken, random);
      for (const rowId of group.rowIds) taken.add(rowId);
      groups.push(group);
    }
    return groups;
  }

  /** A group of these failures and of those like them, without the rows that are taken. */
  #group(open: readonly string[], taken: ReadonlySet<string>, random: Random): FailureGroup {
    const known = [...this.#standing.known.values()];
    const failing = known.filter((row) => row.fails).map((row) => row.rowId);
    const passing = known.filter((row) => !row.fails && this.#train.has(row.rowId)).map((row) => row.rowId);
    const similarity = this.#similarity();
    const alike = (rowId: string) => failing.filter((other) => other !== rowId && similarity(rowId, other) > SIMILAR);
    const weights = open.map((rowId) => (1 + alike(rowId).length) / (1 + this.tries(rowId)) ** 2);
    const seed = open[random.weighted(weights)] ?? random.pick(open);
    const component = this.#componentFor(seed);
    const blamed = (rowId: string) => this.#suspects(rowId).includes(component);
    const others = alike(seed).sort((a, b) => similarity(seed, b) - similarity(seed, a));
    const group = [seed, ...others.filter((rowId) => !taken.has(rowId) && blamed(rowId))];
    const showable = group.filter((rowId) => open.includes(rowId));
    const rest = open.filter((rowId) => !group.includes(rowId) && blamed(rowId));
    const fillers = random.sample(rest, Math.max(0, this.#options.fill - showable.length));
    return {
      component,
      showable: [...showable, ...fillers],
      rowIds: [...group, ...fillers],
      passing: passing
        .filter((rowId) => similarity(seed, rowId) > 0)
        .sort((a, b) => similarity(seed, b) - similarity(seed, a)),
    };
  }

  /** Of the steps that may be at fault, the one that was reflected on least, of those the first to run. */
  #componentFor(rowId: string): string {
    const tries = (component: string) => this.tries(rowId, component);
    return this.#suspects(rowId).sort((a, b) => tries(a) - tries(b))[0] ?? '';
  }

  #suspects(rowId: string): string[] {
    const { known } = this.#standing;
    const failing = known.get(rowId);
    if (failing === undefined || this.#components.length === 1) return [...this.#components];
    const outcome = (row: KnownRow) => ({
      expected: this.#rows.get(row.rowId)?.expected ?? '',
      measured: row.measured,
    });
    const passing = [...known.values()].filter((row) => !row.fails);
    const found = suspects(outcome(failing), passing.map(outcome));
    return found.length > 0 ? found : [...this.#components];
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
