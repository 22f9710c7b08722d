/**
 * Lets callers that ask for the same thing at the same time share one read. A caller never joins a read that had already begun when it
 * asked, so what it gets is never older than its question: it joins the one that waits, which begins when the running one is over.
 *
 * 200 clients that poll a job, or 1,000 streams that wake at once, cost one or two reads.
 */
export class SharedReads<T> {
  readonly #waiting = new Map<string, Promise<T>>();
  readonly #running = new Map<string, Promise<T>>();

  get(key: string, read: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting;
    const next = this.#turn(key).then(() => {
      this.#waiting.delete(key);
      const run = read().finally(() => {
        if (this.#running.get(key) === run) this.#running.delete(key);
      });
      this.#running.set(key, run);
      return run;
    });
    this.#waiting.set(key, next);
    return next;
  }

  /** The end of the running read; without one the next turn of the event loop, so that all who ask in this one are together. */
  async #turn(key: string): Promise<void> {
    const running = this.#running.get(key);
    if (running) await running.catch(() => undefined);
    else await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
