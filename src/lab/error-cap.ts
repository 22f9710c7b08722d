import type { Rollout } from '../domain/rollout.ts';
import { COUNTS_AGAINST_CANDIDATE } from '../domain/suite.ts';

/** More than this share of the rollouts had no usable answer for reasons that are not the candidate's: the job cannot be trusted. */
const ERROR_CAP = { share: 0.2, atLeast: 10 } as const;

/** Too many rollouts failed for reasons of the infrastructure. */
export class ErrorCapReached extends Error {
  override readonly name = 'ErrorCapReached';
}

/**
 * Counts failures in the order in which rollouts were asked for, not in that in which they end: whether the cap is reached then depends
 * on the answers alone, and a search that is run again from its journal ends where it ended before.
 */
export class ErrorCount {
  readonly #ended = new Map<number, Pick<Rollout, 'error'> | null>();
  #next = 0;
  #finished = 0;
  #failed = 0;
  #reached: ErrorCapReached | null = null;

  /** `index`: the rollout's place in the order. Null: it was not measured (the budget ended, the job was cancelled). */
  add(index: number, rollout: Pick<Rollout, 'error'> | null): void {
    this.#ended.set(index, rollout);
    for (let next = this.#ended.get(this.#next); next !== undefined; next = this.#ended.get(this.#next)) {
      this.#ended.delete(this.#next);
      this.#next += 1;
      if (next !== null) this.#count(next);
    }
  }

  /** The cap, once it is reached; null before. */
  get reached(): ErrorCapReached | null {
    return this.#reached;
  }

  check(): void {
    if (this.#reached) throw this.#reached;
  }

  #count({ error }: Pick<Rollout, 'error'>): void {
    this.#finished += 1;
    if (error && !COUNTS_AGAINST_CANDIDATE.has(error.category)) this.#failed += 1;
    if (this.#failed < ERROR_CAP.atLeast || this.#failed <= ERROR_CAP.share * this.#finished) return;
    this.#reached ??= new ErrorCapReached(
      `${this.#failed} of ${this.#finished} rollouts got no answer from the model; the last cause: ${error?.message ?? 'unknown'}`,
    );
  }
}
