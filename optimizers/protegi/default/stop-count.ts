import type { SearchEnd } from '../../../src/search/contract.ts';
import type { DefaultOptions } from './options.ts';

/** Score sums gained by a new leader on rows of each split. */
export interface Gains {
  readonly train: number;
  readonly validation: number;
  /** Validation rows that the old leader failed and the new one was measured on. */
  readonly failing: number;
}

/** What the stop conditions count. */
export class StopCount {
  readonly #stop: DefaultOptions['stop'];
  #steps = 0;
  #refusedInARow = 0;
  #overfitting = 0;
  /** Steps in a row without a new leader. */
  stagnant = 0;

  constructor(stop: DefaultOptions['stop']) {
    this.#stop = stop;
  }

  /** One step, and how many usable edits it brought. */
  proposed(candidates: number): void {
    this.#steps += 1;
    this.#refusedInARow = candidates > 0 ? 0 : this.#refusedInARow + 1;
  }

  improved({ train, validation, failing }: Gains): void {
    this.stagnant = 0;
    if (validation > 0) this.#overfitting = 0;
    else if (train > 0) this.#overfitting += failing;
  }

  stagnates(): void {
    this.stagnant += 1;
  }

  get reason(): SearchEnd['stop'] | null {
    const { maxSteps, noImprovement, overfitting, refusedInARow } = this.#stop;
    if (maxSteps !== undefined && this.#steps >= maxSteps) return 'search-complete';
    if (noImprovement !== undefined && this.stagnant >= noImprovement) return 'no-improvement';
    return this.#overfitting >= overfitting || this.#refusedInARow >= refusedInARow ? 'no-improvement' : null;
  }
}
