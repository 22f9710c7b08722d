import type { Random } from '../search/random.ts';
import { type AttemptFailure, MAX_WAIT_MS } from './failure.ts';

/** Attempts of one call that fail for another reason than a rate limit. */
export const MAX_ATTEMPTS = 6;
/** 429s of one call: nothing is billed for them and the pool slows down at each, so patience costs time only. */
export const MAX_RATE_LIMITED = 12;

const BASE_MS = 500;

/** Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), unless the provider says how long to wait. */
export function backoffMs(failure: AttemptFailure, failures: number, random: Random): number {
  if (failure.retryAfterMs !== null) return Math.min(failure.retryAfterMs, MAX_WAIT_MS);
  return Math.round(random.next() * Math.min(MAX_WAIT_MS, BASE_MS * 2 ** (failures - 1)));
}

/** Counts the failures of one call and says whether another attempt is worth it. */
export class Attempts {
  #failed = 0;
  #limited = 0;

  get count(): number {
    return this.#failed + this.#limited;
  }

  /** Counts the failure; false when the call has failed for good. */
  mayRetry(failure: AttemptFailure): boolean {
    if (failure.failure === 'rate-limited') this.#limited += 1;
    else this.#failed += 1;
    return failure.retry && this.#failed < MAX_ATTEMPTS && this.#limited < MAX_RATE_LIMITED;
  }
}
