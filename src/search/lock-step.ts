interface Parked {
  /** Makes the call; settles when it has an outcome, and never rejects. */
  readonly make: () => Promise<void>;
  /** Gives the outcome to the lane. */
  readonly resume: () => void;
}

/**
 * Runs several lanes side by side so that what they decide depends on the answers alone, never on which answer came first. A lane is
 * ordinary sequential code that makes its calls, one at a time, through `call`. The calls of all lanes are issued together, in the order of
 * the lanes; when the last answer is in, the lanes go on one after the other, in that order, each up to its next call.
 */
export class LockStep {
  #parked: Parked[] = [];
  #laneMoved: (() => void) | null = null;

  /** A call of the lane that is running; outside of `run` it is made at once. */
  call<T>(make: () => Promise<T>): Promise<T> {
    const moved = this.#laneMoved;
    if (moved === null) return make();
    return new Promise<T>((resolve, reject) => {
      let resume = () => {};
      this.#parked.push({
        make: () =>
          make().then(
            (value) => {
              resume = () => resolve(value);
            },
            (error: unknown) => {
              resume = () => reject(error);
            },
          ),
        resume: () => resume(),
      });
      moved();
    });
  }

  /** What became of the lanes, in their order. A lane that rejects does not stop the others. */
  async run<T>(lanes: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
    const outcomes: Promise<PromiseSettledResult<T>>[] = [];
    for (const lane of lanes)
      await this.#untilMoved(() => {
        const outcome = Promise.allSettled([lane()]).then(([settled]) => settled);
        void outcome.then(() => this.#laneMoved?.());
        outcomes.push(outcome);
      });
    while (this.#parked.length > 0) {
      const wave = this.#parked;
      this.#parked = [];
      await Promise.all(wave.map(({ make }) => make()));
      for (const { resume } of wave) await this.#untilMoved(resume);
    }
    this.#laneMoved = null;
    return Promise.all(outcomes);
  }

  /** Lets one lane go on until it makes its next call or ends. */
  #untilMoved(goOn: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#laneMoved = resolve;
      goOn();
    });
  }
}
