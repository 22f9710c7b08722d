/** Edits of the author that only mend the rows it was shown, before any is known: one of so many, weighed like so many edits. */
const PRIOR = { memorised: 1, edits: 4 };
/** Probability that a failure which looks like those shown has another cause after all. */
const OTHER_CAUSE = 0.5;

/**
 * How often edits of this author mend failures that it was not shown. An edit that mends only the rows it saw may have memorised them, or
 * the others only look alike; which of the two is likelier depends on the author.
 */
export class Generalisation {
  #memorised = 0;
  #confirmed = 0;

  /** An edit that mended rows which its author had not seen. */
  confirmed(): void {
    this.#confirmed += 1;
  }

  /** An edit that was refused for mending none. */
  refused(): void {
    this.#memorised += 1;
  }

  /** Probability that an edit is memorised which mends rows that were shown, and none of so many that were not. */
  memorised(unseen: number): number {
    const prior = (PRIOR.memorised + this.#memorised) / (PRIOR.edits + this.#memorised + this.#confirmed);
    return prior / (prior + (1 - prior) * OTHER_CAUSE ** unseen);
  }
}
