/**
 * Lets so many through in one turn of the event loop, in the order of asking: what comes at once (answers of a journal) would otherwise keep
 * timers and sockets waiting until all of it is worked off.
 */
export class Turnstile {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  #left: number;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  pass(): Promise<void> {
    if (this.#left > 0) {
      this.#left -= 1;
      return Promise.resolve();
    }
    return new Promise((through) => {
      this.#waiting.push(through);
      if (this.#waiting.length === 1) setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    for (const through of this.#waiting.splice(0, this.#perTurn)) through();
    if (this.#waiting.length > 0) setImmediate(() => this.#turn());
    else this.#left = this.#perTurn;
  }
}
