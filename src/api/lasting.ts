import type { Clock } from '../domain/clock.ts';

/** Values that may be a little old: each is fetched once, shared by who asks meanwhile, and kept for `ms`. Failures are not kept. */
export class Lasting<T> {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly value: Promise<T>; readonly until: number }>();

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  get(key: string, fetch: () => Promise<T>): Promise<T> {
    const now = this.#clock.now().getTime();
    const kept = this.#kept.get(key);
    if (kept && kept.until > now) return kept.value;
    this.#sweep(now);
    const entry = { value: fetch(), until: now + this.#ms };
    this.#kept.set(key, entry);
    entry.value.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    return entry.value;
  }

  #sweep(now: number): void {
    for (const [key, { until }] of this.#kept) if (until <= now) this.#kept.delete(key);
  }
}
