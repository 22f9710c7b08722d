import type { Candidate } from '../../../src/domain/candidate.ts';
import type { SearchRow, SearchTask } from '../../../src/search/contract.ts';
import type { Example } from '../../../src/search/examples.ts';
import type { FailureGroup, FailureGroups } from '../../../src/search/failure-groups.ts';
import { interleaved } from '../../../src/search/interleaved.ts';
import type { RejectionMemory } from '../../../src/search/rejection-memory.ts';
import type { Evidence } from './evidence.ts';
import type { DefaultOptions } from './options.ts';

/** Errors of one prompt of the beam that look alike. */
export interface ErrorGroup extends FailureGroup {
  readonly parent: Candidate;
}

/** What one critique, and the edits that follow from it, look at. */
export interface Lesson {
  readonly parent: Candidate;
  readonly component: string;
  /** Rows that fail under the parent's very text. */
  readonly errors: readonly Example[];
  /** Rows that succeed. */
  readonly contrasts: readonly Example[];
  /** Rows on which the edits are tried: those that are shown and, in turn with them, errors of the group that are not, of validation first. */
  readonly targets: readonly string[];
}

/** Makes lessons of groups of errors. */
export class Lessons {
  readonly #rows: ReadonlyMap<string, SearchRow>;
  readonly #evidence: Evidence;
  readonly #groups: FailureGroups;
  readonly #memory: RejectionMemory;
  readonly #options: DefaultOptions;

  constructor(
    task: SearchTask,
    evidence: Evidence,
    groups: FailureGroups,
    memory: RejectionMemory,
    options: DefaultOptions,
  ) {
    this.#rows = new Map(task.train.map((row) => [row.id, row]));
    this.#evidence = evidence;
    this.#groups = groups;
    this.#memory = memory;
    this.#options = options;
  }

  /** None when the group's errors are mended under the parent's very text. */
  async of(group: ErrorGroup): Promise<Lesson[]> {
    const { parent, component, rowIds, passing } = group;
    const shown = await this.#verified(group);
    if (shown.length === 0) return [];
    const known = this.#evidence.known(parent);
    const broken = this.#memory.brokenBy(shown).filter((rowId) => known.get(rowId)?.fails === false);
    const unseen = rowIds.filter((rowId) => !shown.includes(rowId) && known.get(rowId)?.fails === true);
    this.#groups.tried(shown, component);
    return [
      {
        parent,
        component,
        errors: this.#examples(parent, shown),
        contrasts: this.#examples(parent, [...new Set([...broken, ...passing])]).slice(0, this.#options.contrasts),
        targets: interleaved(shown, [
          ...unseen.filter((rowId) => !this.#rows.has(rowId)),
          ...unseen.filter((rowId) => this.#rows.has(rowId)),
        ]),
      },
    ];
  }

  /** As many errors as are shown, each measured under the parent's very text: what its ancestors failed may be mended. */
  async #verified({ parent, showable }: ErrorGroup): Promise<string[]> {
    const shown: string[] = [];
    const { errorsPerGroup } = this.#options;
    for (let at = 0; at < showable.length && shown.length < errorsPerGroup; ) {
      const next = showable.slice(at, at + errorsPerGroup - shown.length);
      at += next.length;
      await this.#evidence.measure(parent, next);
      const known = this.#evidence.known(parent);
      shown.push(...next.filter((rowId) => known.get(rowId)?.fails === true));
    }
    return shown;
  }

  #examples(candidate: Candidate, rowIds: readonly string[]): Example[] {
    const known = this.#evidence.known(candidate);
    return rowIds.flatMap((rowId) => {
      const row = this.#rows.get(rowId);
      const measured = known.get(rowId)?.measured;
      return row === undefined || measured === undefined ? [] : [{ row, measured }];
    });
  }
}
