import type { Clock } from '../domain/clock.ts';

/** Share of a minute that may come at once: a higher burst passes more than the limit in the first minute. */
const BURST = 1 / 6;

/**
 * A rate limit per minute. Takers are served in order: each takes at once and is told how long to wait until the level would be back at
 * zero, so a large one delays those behind it and is never starved by small ones. In any window of a minute at most 7/6 of the limit is
 * let through (a single larger amount apart).
 */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #capacity: number;
  #level: number;
  #at: number;

  constructor(perMinute: number, clock: Clock) {
    this.#clock = clock;
    this.#perMs = perMinute / 60_000;
    this.#capacity = Math.max(1, perMinute * BURST);
    this.#level = this.#capacity;
    this.#at = clock.now().getTime();
  }

  /** Takes the amount and returns how long to wait before using it, in ms. */
  take(amount: number): number {
    this.#refill();
    this.#level -= amount;
    return this.#level >= 0 ? 0 : Math.ceil(-this.#level / this.#perMs);
  }

  /** Gives back what was taken and not used; negative when more was used. */
  refund(amount: number): void {
    this.#refill();
    this.#level = Math.min(this.#capacity, this.#level + amount);
  }

  #refill(): void {
    const now = this.#clock.now().getTime();
    if (now > this.#at) this.#level = Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
