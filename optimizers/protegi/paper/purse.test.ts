import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/domain/budget.ts';
import { createPurse } from './purse.ts';

function purseOf(limits: Partial<Record<Resource, number>>) {
  const left = { ...limits };
  const purse = createPurse({ remaining: (resource) => left[resource] ?? Infinity });
  const spend = (resource: Resource, amount: number) => {
    left[resource] = (left[resource] ?? Infinity) - amount;
  };
  return { purse, spend };
}

describe('the purse', () => {
  it('counts rollouts exactly', () => {
    const { purse } = purseOf({ rollouts: 100 });
    expect(purse.affords(60, 40)).toBe(true);
    expect(purse.affords(61, 40)).toBe(false);
  });

  it('reckons tokens in rollouts from a first sample, and leaves a share to proposals', () => {
    const { purse, spend } = purseOf({ rollouts: 1000, tokens: 11_000 });
    spend('rollouts', 10);
    spend('tokens', 1000);
    expect(purse.rolloutsAfter(10)).toBe(70);
    expect(purse.affords(60, 20)).toBe(true);
    expect(purse.affords(60, 21)).toBe(false);
  });

  it('expects the next step to cost what the dearest one did, and keeps the final validation', () => {
    const { purse, spend } = purseOf({ tokens: 11_000, reflectionTokens: 3000 });
    spend('tokens', 1000);
    purse.rolloutsAfter(10);
    spend('tokens', 4000);
    spend('reflectionTokens', 1600);
    purse.stepDone();
    expect(purse.affords(10, 0)).toBe(false);
    const roomy = purseOf({ tokens: 11_000, reflectionTokens: 3700 });
    roomy.spend('tokens', 1000);
    roomy.purse.rolloutsAfter(10);
    roomy.spend('tokens', 4000);
    roomy.spend('reflectionTokens', 1600);
    roomy.purse.stepDone();
    expect(roomy.purse.affords(10, 8)).toBe(true);
    expect(roomy.purse.affords(10, 9)).toBe(false);
  });

  it('has no limit where the job has none', () => {
    const { purse, spend } = purseOf({});
    spend('tokens', 5);
    expect(purse.rolloutsAfter(10)).toBe(Infinity);
    expect(purse.affords(1e9, 1e9)).toBe(true);
  });
});
