import { describe, expect, it } from 'vitest';
import { createPriceTable } from './prices.ts';

describe('the price table', () => {
  it('knows a model and its dated snapshots, not its relatives', () => {
    const table = createPriceTable();
    const input = (model: string) => table.priceOf({ provider: 'openai', model })?.line.input ?? null;
    expect(input('gpt-4o')).toBe(2.5);
    expect(input('gpt-4o-2024-08-06')).toBe(2.5);
    expect(input('gpt-4o-2024-05-13')).toBe(5);
    expect(input('gpt-4o-mini')).toBe(0.15);
    expect(input('gpt-4o-realtime')).toBeNull();
    expect(input('gpt-5-pro')).toBeNull();
    expect(table.priceOf({ provider: 'anthropic', model: 'claude-haiku-4-5-20251001' })?.line.output).toBe(5);
    expect(table.priceOf({ provider: 'openai-compatible', model: 'gpt-4o' })).toBeNull();
  });

  it('counts whole nano-dollars, rounded up', () => {
    const price = createPriceTable({
      models: [{ provider: 'openai', model: 'm', input: 0.1, cachedInput: 0.0125, output: 0.3 }],
    }).priceOf({ provider: 'openai', model: 'm' });
    const usage = { inputTokens: 3, cachedInputTokens: 1, cacheWriteTokens: 0, outputTokens: 1 };
    expect(price?.cost(usage)).toBe(2 * 100 + 13 + 300);
    expect(price?.worst(3, 1, false)).toBe(600);
    expect(price?.worst(3, 1, true)).toBe(900);
  });

  it('counts what OpenAI writes to its cache unasked, and long prompts, at their own prices', () => {
    const price = createPriceTable().priceOf({ provider: 'openai', model: 'gpt-6-luna' });
    const usage = { inputTokens: 2_000, cachedInputTokens: 500, cacheWriteTokens: 1_000, outputTokens: 10 };
    expect(price?.cost(usage)).toBe(500 * 100 + 500 * 10 + 1_000 * 125 + 10 * 500);
    // Nobody asked for the cache, and it may be written all the same.
    expect(price?.worst(2_000, 10, false)).toBe(2_000 * 125 + 10 * 500);
    const long = { inputTokens: 272_001, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 10 };
    expect(price?.cost({ ...long, inputTokens: 272_000 })).toBe(272_000 * 100 + 10 * 500);
    expect(price?.cost(long)).toBe(272_001 * 200 + 10 * 750);
    expect(price?.worst(272_001, 10, false)).toBe(272_001 * 250 + 10 * 750);
    // A model without a price for it is not charged for it.
    const before = createPriceTable().priceOf({ provider: 'openai', model: 'gpt-4.1' });
    expect(before?.worst(2_000, 10, false)).toBe(2_000 * 2_000 + 10 * 8_000);
  });

  it('takes overrides before its own lines, with patterns', () => {
    const table = createPriceTable({
      models: [
        { provider: 'openai', model: 'gpt-4o', input: 1, output: 1 },
        { provider: 'openai-compatible', model: 'org/qwen-*', input: 0, output: 0 },
      ],
    });
    expect(table.priceOf({ provider: 'openai', model: 'gpt-4o' })?.line.input).toBe(1);
    expect(table.priceOf({ provider: 'openai-compatible', model: 'org/qwen-3+x' })?.worst(5, 5, false)).toBe(0);
    expect(() => createPriceTable({ models: [{ provider: 'openai', model: 'x', input: -1, output: 1 }] })).toThrow(
      /models\[0\]\.input/,
    );
  });
});
