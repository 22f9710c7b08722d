import { describe, expect, it } from 'vitest';
import type { Rollout } from '../domain/rollout.ts';
import { metricRef } from './aggregate.ts';
import { fullRounds, noiseFloor, runVariance } from './noise.ts';

const rollout = (row: number, repeat: number, value: number | null, output = String(value)): Rollout => ({
  candidateId: 'c0',
  rowId: `r${row}`,
  repeat,
  output,
  steps: [],
  scores: { right: { value, pass: value === 1, feedback: '', category: null } },
  values: { right: value },
});
const twins = (pairs: readonly (readonly [number | null, number | null])[]) =>
  pairs.map(([first, second], row) => ({ first: rollout(row, 0, first), second: rollout(row, 1, second) }));
const options = { headline: metricRef('right'), coldModels: true, testRows: 100, finalists: 3, repeats: 1 };

describe('the noise floor', () => {
  it('is the spread of one prompt over its runs; missing scores say nothing', () => {
    const found = noiseFloor(
      twins([
        [1, 1],
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
        [null, 1],
      ]),
      options,
    );
    expect(found).toMatchObject({ rows: 5, flipRate: 0.4, deterministic: false, testRows: 100, repeats: 1 });
    // Two of five rows differ by 1: a difference has variance 0.4, one run half of it.
    expect(found?.sdPerRow).toBeCloseTo(Math.sqrt(0.2), 12);
    expect(found?.sdOfMean).toBeCloseTo(Math.sqrt(0.2 / 100), 12);
    expect(found?.interval?.low).toBeLessThan(0.4);
    expect(noiseFloor(twins([[null, 1]]), options)).toBeNull();
  });

  it('raises the effect that can be seen', () => {
    const still = noiseFloor(twins(Array.from({ length: 10 }, () => [1, 1])), options);
    const noisy = noiseFloor(twins(Array.from({ length: 10 }, (_, i) => [1, i % 2])), options);
    expect(noisy?.minimumDetectableEffect).toBeGreaterThan(still?.minimumDetectableEffect ?? 1);
  });

  it('calls a model deterministic when it is cold and says the same throughout', () => {
    const same = twins([
      [1, 1],
      [0, 0],
    ]);
    const reworded = [...same, { first: rollout(9, 0, 1, 'yes'), second: rollout(9, 1, 1, 'Yes.') }];
    expect(noiseFloor(same, options)?.deterministic).toBe(true);
    expect(noiseFloor(same, { ...options, coldModels: false })?.deterministic).toBe(false);
    expect(noiseFloor(reworded, options)?.deterministic).toBe(false);
  });
});

describe('repeated rollouts', () => {
  it('tell how many whole rounds there were, and the variance within a row', () => {
    const rounds = [0, 1, 2].flatMap((repeat) => [0, 1, 2, 3].map((row) => rollout(row, repeat, (row + repeat) % 2)));
    expect(fullRounds(rounds)).toBe(3);
    expect(fullRounds(rounds.slice(0, -1))).toBe(2);
    expect(fullRounds([])).toBe(1);
    // Each row is 0, 1, 0 or 1, 0, 1: sample variance 1/3.
    expect(runVariance(metricRef('right'), [rounds])).toBeCloseTo(1 / 3, 12);
    expect(runVariance(metricRef('right'), [rounds.filter(({ repeat }) => repeat === 0)])).toBeNull();
  });
});
