import { suspects } from './blame.ts';
import type { SearchRow, SearchTask } from './contract.ts';
import { failureSimilarity } from './failure-similarity.ts';
import type { KnownRow } from './known-rows.ts';
import type { Random } from './random.ts';

/** Failures of one candidate that look alike. */
export interface FailureGroup {
  /** The step of a chain that may be at fault for all of them; of a single prompt its only component. */
  readonly component: string;
  /** Failures that may be shown, the drawn one first, then those most like it. */
  readonly showable: readonly string[];
  /** All rows of the group, of both splits. */
  readonly rowIds: readonly string[];
  /** Rows that may be shown, pass and look like the failures, those most like the drawn one first. */
  readonly passing: readonly string[];
}

type Known = ReadonlyMap<string, KnownRow>;

/** Cosine from which two failures count as one kind. */
const SIMILAR = 0.3;

/** Which known failures are still worth a reflection, and which belong together. */
export class FailureGroups {
  readonly #components: readonly string[];
  readonly #rows: ReadonlyMap<string, SearchRow>;
  /** Training rows, and those of validation that were lent. */
  readonly #showable: Set<string>;
  readonly #maxTries: number;
  /** Reflections after which a row waits. */
  #limit: number;
  /** Components that were reflected on, by row. */
  readonly #tries = new Map<string, readonly string[]>();

  /** `maxTries`: reflections on one row before it waits. */
  constructor(task: Pick<SearchTask, 'components' | 'train' | 'validation'>, maxTries: number) {
    this.#components = task.components;
    this.#rows = new Map([...task.train, ...task.validation].map((row) => [row.id, row]));
    this.#showable = new Set(task.train.map((row) => row.id));
    this.#maxTries = maxTries;
    this.#limit = maxTries;
  }

  /** Known failures that may be shown and were not reflected on too often. */
  open(known: Known): string[] {
    return [...known.values()]
      .filter(({ rowId, fails }) => fails && this.#showable.has(rowId) && this.tries(rowId) < this.#limit)
      .map(({ rowId }) => rowId);
  }

  /** All that waits is tried once more as often. False when that was done before, or nothing waits. */
  retry(known: Known): boolean {
    if (this.#limit > this.#maxTries) return false;
    this.#limit = 2 * this.#maxTries;
    return this.open(known).length > 0;
  }

  /** These rows of validation may be shown from now on, as if they were of training. */
  lend(rowIds: readonly string[]): void {
    for (const rowId of rowIds) this.#showable.add(rowId);
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

  /**
   * Up to `count` disjoint groups, each around a failure that has many like it and was tried seldom. A group with fewer than `fill` rows to
   * show is filled up with others, whatever they look like.
   */
  draw(known: Known, { count, fill }: { readonly count: number; readonly fill: number }, random: Random) {
    const similarity = failureSimilarity(
      [...known.values()].flatMap(({ rowId, measured, fails }) => {
        const row = this.#rows.get(rowId);
        return row === undefined ? [] : [{ row, measured, fails }];
      }),
    );
    const failing = [...known.values()].filter((row) => row.fails).map((row) => row.rowId);
    const passing = [...known.values()].filter((row) => !row.fails && this.#showable.has(row.rowId));
    const like = (rowId: string, others: readonly string[], above: number) =>
      others
        .filter((other) => other !== rowId && similarity(rowId, other) > above)
        .sort((a, b) => similarity(rowId, b) - similarity(rowId, a));
    const groups: FailureGroup[] = [];
    const taken = new Set<string>();
    while (groups.length < count) {
      const open = this.open(known).filter((rowId) => !taken.has(rowId));
      if (open.length === 0) break;
      const weights = open.map((rowId) => (1 + like(rowId, failing, SIMILAR).length) / (1 + this.tries(rowId)) ** 2);
      const drawn = open[random.weighted(weights)] ?? random.pick(open);
      const alike = like(drawn, failing, SIMILAR);
      const component = this.#componentFor([drawn, ...alike], known);
      const mayJoin = (rowId: string) => !taken.has(rowId) && this.#suspects(rowId, known).includes(component);
      const rowIds = [drawn, ...alike.filter(mayJoin)];
      const showable = rowIds.filter((rowId) => open.includes(rowId));
      const rest = open.filter((rowId) => !rowIds.includes(rowId) && mayJoin(rowId));
      const fillers = random.sample(rest, Math.max(0, fill - showable.length));
      groups.push({
        component,
        showable: [...showable, ...fillers],
        rowIds: [...rowIds, ...fillers],
        passing: like(
          drawn,
          passing.map(({ rowId }) => rowId),
          0,
        ),
      });
      for (const rowId of [...rowIds, ...fillers]) taken.add(rowId);
    }
    return groups;
  }

  /** Of the steps that may be at fault for the first failure, the one reflected on least for all of them, of those the first to run. */
  #componentFor(rowIds: readonly string[], known: Known): string {
    const tries = (component: string) => rowIds.reduce((sum, rowId) => sum + this.tries(rowId, component), 0);
    return this.#suspects(rowIds[0] ?? '', known).sort((a, b) => tries(a) - tries(b))[0] ?? '';
  }

  #suspects(rowId: string, known: Known): string[] {
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
