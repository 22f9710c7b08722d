import { describe, expect, it } from 'vitest';
import { sampleOf, score } from './common/testing.ts';
import { findEvaluator } from './index.ts';

const usage = { promptTokens: 40, inputTokens: 90, outputTokens: 20, cost: 0.002, latencyMs: 500 };

describe('limits', () => {
  it.each([
    ['latency', 500, 1],
    ['latency', 250, 0.5],
    ['cost', 0.002, 1],
    ['cost', 0.0005, 0.25],
    ['prompt-tokens', 40, 1],
    ['prompt-tokens', 10, 0.25],
    ['output-tokens', 30, 1],
    ['output-tokens', 15, 0.75],
    ['output-tokens', 0, 0],
  ])('%s with the limit %d: %d', (type, limit, value) => {
    expect(score(findEvaluator(type), '', { limit }, undefined, { usage }).value).toBeCloseTo(value, 10);
  });

  it('is within a limit of nothing when nothing is used', () => {
    expect(score(findEvaluator('cost'), '', { limit: 0 }, undefined, { usage: { ...usage, cost: 0 } }).value).toBe(1);
  });

  it('is missing without a price, neither good nor bad', () => {
    const sample = { usage: { ...sampleOf('').usage, cost: null } };
    expect(score(findEvaluator('cost'), '', { limit: 1 }, undefined, sample)).toMatchObject({
      value: null,
      feedback: expect.stringContaining('no price'),
    });
  });

  it('says by how much a limit is passed', () => {
    expect(score(findEvaluator('latency'), '', { limit: 200 }, undefined, { usage })).toMatchObject({
      category: 'too-slow',
      feedback: 'latency: expected at most 200 ms, got 500 ms (300 ms over the limit)',
    });
  });

  it('needs a limit', () => {
    for (const type of ['latency', 'cost', 'prompt-tokens', 'output-tokens']) {
      expect(() => findEvaluator(type).prepare({})).toThrow(/limit/);
    }
  });
});
