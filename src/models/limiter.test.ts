import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitSettings } from './limit-settings.ts';
import { createLimiterPools, type LimiterPool } from './limiter.ts';
import { fakeTime } from './testing.ts';

const key = { provider: 'openai', baseUrl: 'https://x/v1', keyRef: 'env:K', model: 'm' } as const;
const { signal } = new AbortController();
setMaxListeners(0, signal);

function setUp(settings: Partial<LimitSettings>) {
  const time = fakeTime();
  const pools = createLimiterPools([{ provider: 'openai', ...settings }], time);
  return { time, pools, pool: pools.pool(key) };
}

/** Starts attempts that end when told to. */
function hold(pool: LimiterPool, count: number) {
  let open = 0;
  const ends: (() => void)[] = [];
  const done = Array.from({ length: count }, () =>
    pool.run(1, signal, async (feedback) => {
      open += 1;
      await new Promise<void>((end) => ends.push(end));
      open -= 1;
      feedback.succeeded(1);
    }),
  );
  return { open: () => open, ends, done };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a limiter pool', () => {
  it('is shared by those who share key and model, and by nobody else', () => {
    const { pools, pool } = setUp({});
    expect(pools.pool({ ...key })).toBe(pool);
    expect(pools.pool({ ...key, keyRef: 'env:OTHER' })).not.toBe(pool);
    expect(pools.pool({ ...key, model: 'other' })).not.toBe(pool);
  });

  it('keeps to its concurrency', async () => {
    const { pool } = setUp({ concurrency: 3 });
    const held = hold(pool, 8);
    await settle();
    expect(held.open()).toBe(3);
    while (held.ends.length > 0) {
      held.ends.shift()?.();
      await settle();
      expect(held.open()).toBeLessThanOrEqual(3);
    }
    await Promise.all(held.done);
  });

  it('halves once for 429s that were in flight together, and grows back by one per window', async () => {
    const { pool } = setUp({ concurrency: 16 });
    await Promise.all(
      Array.from({ length: 16 }, () =>
        pool.run(1, signal, async (told) => {
          await settle();
          told.limited(null);
        }),
      ),
    );
    expect(pool.concurrency).toBe(8);
    await pool.run(1, signal, async (told) => told.limited(null));
    // Only one was in flight.
    expect(pool.concurrency).toBe(1);
    await pool.run(1, signal, async (told) => told.limited(null));
    expect(pool.concurrency).toBe(1);
    const succeed = (times: number) =>
      Promise.all(Array.from({ length: times }, () => pool.run(1, signal, async (told) => told.succeeded(1))));
    await succeed(1);
    expect(pool.concurrency).toBe(2);
    await succeed(2);
    expect(pool.concurrency).toBe(3);
    await succeed(1000);
    expect(pool.concurrency).toBe(16);
  });

  it('pauses all for as long as the provider asks', async () => {
    const { pool, time } = setUp({});
    await pool.run(1, signal, async (told) => told.limited(5000));
    const starts = await Promise.all([1, 2, 3].map(() => pool.run(1, signal, async () => time.elapsed())));
    expect(starts).toEqual([5000, 5000, 5000]);
  });

  it('lets at most 7/6 of the requests and tokens of a minute through in any minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 6, max: 120 }),
        fc.integer({ min: 600, max: 5000 }),
        fc.array(fc.nat(100), { minLength: 50, maxLength: 150 }),
        async (requestsPerMinute, tokensPerMinute, sizes) => {
          const { pool, time } = setUp({ requestsPerMinute, tokensPerMinute, concurrency: 1 });
          const starts: { at: number; tokens: number }[] = [];
          await Promise.all(
            sizes.map((tokens) =>
              pool.run(tokens, signal, async (told) => {
                starts.push({ at: time.elapsed(), tokens });
                told.succeeded(tokens);
              }),
            ),
          );
          for (const { at: from } of starts) {
            const window = starts.filter(({ at }) => at >= from && at < from + 60_000);
            const tokens = window.reduce((sum, start) => sum + start.tokens, 0);
            expect(window.length).toBeLessThanOrEqual(Math.ceil((requestsPerMinute * 7) / 6) + 1);
            expect(tokens).toBeLessThanOrEqual((tokensPerMinute * 7) / 6 + 100);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives back the tokens that were not used', async () => {
    const { pool, time } = setUp({ tokensPerMinute: 6000 });
    for (let call = 0; call < 20; call++) await pool.run(1000, signal, async (told) => told.succeeded(10));
    // 200 tokens in all: 2 s of the minute's rate at most.
    expect(time.elapsed()).toBeLessThanOrEqual(2000);
    for (let call = 0; call < 20; call++) await pool.run(1000, signal, async (told) => told.succeeded(1000));
    expect(time.elapsed()).toBeGreaterThan(120_000);
  });

  it('stops waiting at the signal and gives back what it took', async () => {
    const { pool, time } = setUp({ tokensPerMinute: 60 });
    const abort = new AbortController();
    abort.abort();
    await expect(pool.run(1000, abort.signal, async () => 'sent')).rejects.toThrow();
    await pool.run(10, signal, async () => 'sent');
    expect(time.elapsed()).toBe(0);
  });
});
