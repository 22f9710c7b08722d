import { describe, expect, it } from 'vitest';
import { gapOf, medianReached, paired, reached, scoreAtTokens } from './statistics.ts';
import type { Run } from './workers.ts';

const run = (changes: Partial<Run>): Run => ({
  contestant: { name: 'a', type: 'climb', options: {} },
  world: 'plain',
  task: 'policy',
  budget: 300,
  seed: 1,
  sealedRows: 0,
  concurrency: 1,
  score: 0.8,
  baseline: 0.5,
  optimum: 1,
  curve: [
    { rollouts: 60, tokens: 1_000, score: 0.5 },
    { rollouts: 120, tokens: 2_000, score: 0.75 },
    { rollouts: 300, tokens: 4_000, score: 0.8 },
  ],
  rollouts: 300,
  tokens: { task: 3_500, reflection: 500, judge: 0 },
  reflections: 5,
  seconds: 1,
  reported: null,
  stop: 'budget',
  sealed: null,
  ...changes,
});

describe('the figures of the comparison', () => {
  it('give the share of the gap, and where it was first reached', () => {
    expect(gapOf(run({}), 0.75)).toBeCloseTo(0.5);
    expect(reached(run({}), 0.5)?.rollouts).toBe(120);
    expect(reached(run({}), 0.8)).toBe(null);
  });

  it('take the median over all runs, those that never got there last', () => {
    expect(medianReached([100, 300, 200])).toBe(200);
    expect(medianReached([100, null, 200])).toBe(200);
    expect(medianReached([100, 200])).toBe(150);
    expect(medianReached([100, null])).toBe(null);
    expect(medianReached([])).toBe(null);
  });

  it('read a curve at any tokens, from the baseline to the end', () => {
    expect(scoreAtTokens(run({}), 0)).toBe(0.5);
    expect(scoreAtTokens(run({}), 1_500)).toBeCloseTo(0.625);
    expect(scoreAtTokens(run({}), 4_000)).toBe(0.8);
    expect(scoreAtTokens(run({}), 9_000)).toBe(0.8);
  });

  it('pair runs on the same problem, at equal rollouts and where the cheaper one ended', () => {
    const cheap = run({
      contestant: { name: 'b', type: 'climb', options: {} },
      score: 0.7,
      tokens: { task: 2_000, reflection: 0, judge: 0 },
      curve: [{ rollouts: 300, tokens: 2_000, score: 0.7 }],
    });
    const result = paired([run({}), run({ seed: 2 })], [cheap, { ...cheap, seed: 3 }]);
    expect(result).toMatchObject({ pairs: 1, wins: 0, losses: 1 });
    expect(result.byRollouts[0]).toBeCloseTo(-0.2);
    expect(result.byTokens[0]).toBeCloseTo(-0.1);
  });
});
