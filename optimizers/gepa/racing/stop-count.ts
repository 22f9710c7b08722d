import type { SearchEnd } from '../../../src/search/contract.ts';
import type { RacingOptions } from './options.ts';

/** What the stop conditions count. */
export class StopCount {
  readonly #stop: RacingOptions['stop'];
  #proposals = 0;
  #withoutImprovement = 0;
  #refusedInARow = 0;

  constructor(stop: RacingOptions['stop']) {
    this.#stop = stop;
  }

  /** One reflection: an answer without any usable hypothesis counts as one refused proposal. */
  proposed(candidates: number, refused: number): void {
    const proposals = Math.max(1, candidates + refused);
    this.#proposals += proposals;
    this.#withoutImprovement += proposals;
    this.#refusedInARow = candidates > 0 ? 0 : this.#refusedInARow + proposals;
  }

  accepted(): void {
    this.#withoutImprovement = 0;
  }

  get reason(): SearchEnd['stop'] | null {
    const { maxProposals, noImprovement, refusedInARow } = this.#stop;
    if (maxProposals !== undefined && this.#proposals >= maxProposals) return 'search-complete';
    if (noImprovement !== undefined && this.#withoutImprovement >= noImprovement) return 'no-improvement';
    return this.#refusedInARow >= refusedInARow ? 'no-improvement' : null;
  }
}
