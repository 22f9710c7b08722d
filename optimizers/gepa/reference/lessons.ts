import type { Measured, SearchTask } from '../../../src/search/contract.ts';
import type { ReferenceOptions } from './options.ts';
import type { Member } from './pool.ts';

/** What there is to learn from: rows with a score that is not perfect (or, without `skipPerfectScore`, any score). */
export class Lessons {
  readonly #task: SearchTask;
  readonly #options: ReferenceOptions;
  readonly #exhausted = new Set<Member>();

  constructor(task: SearchTask, options: ReferenceOptions) {
    this.#task = task;
    this.#options = options;
  }

  /** A missing score teaches nothing. */
  teaches({ score }: Measured): boolean {
    return score !== null && !(this.#options.skipPerfectScore && score >= this.#options.perfectScore);
  }

  /**
   * Every one of these parents is known on every training row, and no row teaches anything: if no other parent can be chosen, all
   * further iterations would be skipped, and cost nothing, for ever. The package has no such end; ending changes no decision that
   * spends anything.
   */
  over(parents: readonly Member[]): boolean {
    return parents.every((parent) => this.#isExhausted(parent));
  }

  #isExhausted(member: Member): boolean {
    if (this.#exhausted.has(member)) return true;
    const exhausted = this.#task.train.every((row) => {
      const known = this.#task.lab.known(member.candidate, row.id);
      return known !== undefined && !this.teaches(known);
    });
    if (exhausted) this.#exhausted.add(member);
    return exhausted;
  }
}
