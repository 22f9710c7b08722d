import { describe, expect, it } from 'vitest';
import { createRandom } from '../search/random.ts';
import { detectableEffect, type PlannedComparison, rowsToDetect } from './planning.ts';
import { mcnemarExact } from './statistics/mcnemar.ts';

const plan = (change: Partial<PlannedComparison> = {}): PlannedComparison => ({
  finalists: 1,
  repeats: 1,
  noiseVariance: 0,
  ...change,
});

describe('what a comparison can be expected to see', () => {
  it('is more with more rows, and less with more finalists or more noise; repeats take noise away', () => {
    const on = (rows: number, change?: Partial<PlannedComparison>) => detectableEffect(rows, plan(change)) ?? 1;
    const sizes = [8, 20, 50, 100, 400, 2000];
    const effects = sizes.map((rows) => on(rows));
    expect(effects).toEqual([...effects].sort((a, b) => b - a));
    expect(on(100, { finalists: 3 })).toBeGreaterThan(on(100));
    const noisy = { noiseVariance: 0.1 };
    expect(on(100, noisy)).toBeGreaterThan(on(100));
    expect(on(100, { ...noisy, repeats: 4 })).toBeLessThan(on(100, noisy));
  });

  it('is nothing where winning every row would not be significant', () => {
    expect(detectableEffect(5, plan())).toBeNull();
    expect(detectableEffect(6, plan())).toBeGreaterThan(0.5);
    expect(detectableEffect(6, plan({ finalists: 3 }))).toBeNull();
  });

  it('and the rows that an effect needs are two sides of one rule', () => {
    for (const effect of [0.03, 0.05, 0.1, 0.25]) {
      const rows = rowsToDetect(effect, plan({ finalists: 3 }));
      expect(detectableEffect(rows, plan({ finalists: 3 }))).toBeLessThanOrEqual(effect + 0.001);
      expect(detectableEffect(rows - 1, plan({ finalists: 3 }))).toBeGreaterThan(effect - 0.001);
    }
  });

  it.each([
    [0.05, 1],
    [0.05, 3],
    [0.1, 1],
    [0.3, 3],
  ])('keeps its word: of true gains of %d, 80 %% are seen, corrected for %i finalists', (effect, finalists) => {
    const rows = rowsToDetect(effect, plan({ finalists }));
    const random = createRandom('power', effect, finalists);
    const lost = Math.min(0.05, effect);
    const runs = 1500;
    let seen = 0;
    for (let run = 0; run < runs; run++) {
      let wins = 0;
      let losses = 0;
      for (let row = 0; row < rows; row++) {
        const u = random.next();
        if (u < effect + lost) wins += 1;
        else if (u < effect + 2 * lost) losses += 1;
      }
      if (wins > losses && mcnemarExact(wins, losses) < 0.05 / finalists) seen += 1;
    }
    expect(seen / runs).toBeGreaterThanOrEqual(0.8);
    expect(seen / runs).toBeLessThan(0.93);
  });
});
