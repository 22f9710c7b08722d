import PQueue from 'p-queue';
import type { Clock } from '../domain/clock.ts';
import type { ModelConfig } from '../domain/model.ts';
import type { LimitSettings } from './limit-settings.ts';
import { TokenBucket } from './token-bucket.ts';

/** A timer: resolves after `ms`, rejects when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Calls that share a rate limit at the provider. */
export interface PoolKey {
  readonly provider: ModelConfig['provider'];
  readonly baseUrl: string;
  readonly keyRef: string;
  readonly model: string;
}

/** How an attempt went, told to the pool that let it through. */
export interface Feedback {
  /** Tokens really used, by the provider's count. */
  succeeded(tokens: number): void;
  /** 429: the pool becomes slower, and pauses when the provider says for how long. */
  limited(retryAfterMs: number | null): void;
}

/**
 * Keeps the rate of one pool. Concurrency adapts like TCP's window: a 429 halves it (once for all attempts that were in flight
 * together), every window of successes adds one, up to what the operator allows.
 */
export class LimiterPool {
  readonly #queue: PQueue;
  readonly #most: number;
  readonly #requests: TokenBucket | null;
  readonly #tokens: TokenBucket | null;
  readonly #clock: Clock;
  readonly #wait: Wait;
  #successes = 0;
  #cuts = 0;
  #pausedUntil = 0;

  constructor(settings: LimitSettings | undefined, clock: Clock, wait: Wait) {
    this.#most = settings?.concurrency ?? Infinity;
    this.#queue = new PQueue({ concurrency: this.#most });
    this.#requests =
      settings?.requestsPerMinute === undefined ? null : new TokenBucket(settings.requestsPerMinute, clock);
    this.#tokens = settings?.tokensPerMinute === undefined ? null : new TokenBucket(settings.tokensPerMinute, clock);
    this.#clock = clock;
    this.#wait = wait;
  }

  /** Attempts that may be in flight now; Infinity without a limit. */
  get concurrency(): number {
    return this.#queue.concurrency;
  }

  /** Runs one attempt as soon as the limits allow. `tokens`: what it will probably use. Rejects when the signal aborts the waiting. */
  run<T>(tokens: number, signal: AbortSignal, attempt: (feedback: Feedback) => Promise<T>): Promise<T> {
    return this.#queue.add(
      async () => {
        await this.#admission(tokens, signal);
        const cuts = this.#cuts;
        return attempt({
          succeeded: (used) => {
            this.#tokens?.refund(tokens - used);
            this.#grow();
          },
          limited: (retryAfterMs) => {
            this.#tokens?.refund(tokens);
            this.#slowDown(cuts, retryAfterMs);
          },
        });
      },
      { signal },
    );
  }

  async #admission(tokens: number, signal: AbortSignal): Promise<void> {
    const delay = Math.max(this.#requests?.take(1) ?? 0, this.#tokens?.take(tokens) ?? 0);
    try {
      if (delay > 0) await this.#wait(delay, signal);
      for (let pause = this.#pause(); pause > 0; pause = this.#pause()) await this.#wait(pause, signal);
    } catch (error) {
      this.#requests?.refund(1);
      this.#tokens?.refund(tokens);
      throw error;
    }
  }

  #pause(): number {
    return this.#pausedUntil === 0 ? 0 : this.#pausedUntil - this.#clock.now().getTime();
  }

  #grow(): void {
    const limit = this.#queue.concurrency;
    if (limit >= this.#most) return;
    this.#successes += 1;
    if (this.#successes < limit) return;
    this.#successes = 0;
    this.#queue.concurrency = Math.min(this.#most, limit + 1);
  }

  #slowDown(cutsAtStart: number, retryAfterMs: number | null): void {
    if (retryAfterMs !== null) {
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now().getTime() + retryAfterMs);
    }
    if (cutsAtStart !== this.#cuts) return;
    this.#cuts += 1;
    this.#successes = 0;
    const inFlight = Math.min(this.#queue.concurrency, Math.max(1, this.#queue.pending));
    this.#queue.concurrency = Math.max(1, Math.floor(inFlight / 2));
  }
}

/** The pools of a process: every job that uses the same key and model shares one. */
export interface LimiterPools {
  pool(key: PoolKey): LimiterPool;
}

export function createLimiterPools(
  settings: readonly LimitSettings[],
  parts: { readonly clock: Clock; readonly wait: Wait },
): LimiterPools {
  const pools = new Map<string, LimiterPool>();
  return {
    pool: (key) => {
      const name = JSON.stringify([key.provider, key.baseUrl, key.keyRef, key.model]);
      let pool = pools.get(name);
      if (pool === undefined) {
        const fits = ({ provider, model }: LimitSettings) =>
          provider === key.provider && (model === undefined || model === key.model);
        pool = new LimiterPool(settings.find(fits), parts.clock, parts.wait);
        pools.set(name, pool);
      }
      return pool;
    },
  };
}
