import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../domain/record.ts';
import { type ReturnsParts, returnsOf } from './returns.ts';

/** [search rollouts, best score so far]; a tenth of a cent and ten tokens a rollout. */
const curve = (points: readonly (readonly [number, number])[], kind: CurvePoint['kind'] = 'validation'): CurvePoint[] =>
  points.map(([rollouts, score], seq) => ({
    seq,
    at: new Date(0),
    rollouts,
    tokens: 10 * rollouts,
    usd: rollouts / 1000,
    candidateId: `c${seq}`,
    best: `c${seq}`,
    kind,
    score,
    interval: null,
    rows: 40,
    objectives: { routing: score },
    intervals: {},
    hypervolume: null,
    front: [],
    violation: 0,
  }));
const POINTS = curve([
  [40, 0.5],
  [100, 0.5],
  [140, 0.66],
  [200, 0.64],
  [300, 0.74],
]);
const returns = (change: Partial<ReturnsParts> = {}) =>
  returnsOf({ curve: POINTS, goal: 'maximize', stopReason: 'budget', rollouts: 440, confirmedShare: null, ...change });

describe('what the score cost', () => {
  it('is told for every level, when the search first got there', () => {
    expect(returns().levels).toEqual([
      { score: 0.5, candidateId: 'c0', rollouts: 40, tokens: 400, usd: 0.04 },
      { score: 0.66, candidateId: 'c2', rollouts: 140, tokens: 1400, usd: 0.14 },
      { score: 0.74, candidateId: 'c4', rollouts: 300, tokens: 3000, usd: 0.3 },
    ]);
    const down = returns({
      goal: 'minimize',
      curve: curve([
        [10, 0.9],
        [20, 0.8],
        [30, 0.85],
      ]),
    });
    expect(down.levels.map(({ score }) => score)).toEqual([0.9, 0.8]);
  });

  it('never sets a screening score beside one of all validation rows', () => {
    const mixed = [...curve([[10, 0.9]], 'screening'), ...POINTS];
    expect(returns({ curve: mixed }).levels.map(({ score }) => score)).toEqual([0.5, 0.66, 0.74]);
  });
});

describe('what more would bring', () => {
  it('is the gain of the second half with the same decline once more', () => {
    // 400 rollouts after the first score: 0.16 in the first 200, 0.08 in the others, so 0.04 in the next 200.
    const { further } = returns();
    expect(further.per100Rollouts).toBeCloseTo(0.02, 12);
    expect(further.perUsd).toBeCloseTo(0.2, 12);
    expect(further.why).toMatch(/gained 0\.080 after 0\.160/);
    expect(returns({ confirmedShare: 0.5 }).further.per100Rollouts).toBeCloseTo(0.01, 12);
    expect(returns({ confirmedShare: -1 }).further.per100Rollouts).toBeCloseTo(0, 12);
  });

  it('is never more than the room that is left, and nothing when the second half found nothing', () => {
    const steep = curve([
      [40, 0.5],
      [50, 0.52],
      [60, 0.53],
      [290, 0.98],
    ]);
    expect(returns({ curve: steep }).further.per100Rollouts).toBeLessThanOrEqual((0.02 / 200) * 100 + 1e-12);
    expect(returns({ rollouts: 2000 }).further.per100Rollouts).toBe(0);
  });

  it('is unknown where nothing can be said', () => {
    const unknown = (change: Partial<ReturnsParts>, why: RegExp) =>
      expect(returns(change).further).toMatchObject({
        per100Rollouts: null,
        perUsd: null,
        why: expect.stringMatching(why),
      });
    unknown({ stopReason: 'nothing-left-to-learn' }, /ended by itself/);
    unknown({ curve: POINTS.slice(0, 3) }, /3 points of the curve are no trend/);
    unknown({ curve: [] }, /no trend/);
    unknown({ rollouts: 40 }, /spent nothing after its first score/);
    const free = POINTS.map((point) => ({ ...point, usd: 0 }));
    expect(returns({ curve: free }).further).toMatchObject({ perUsd: null, per100Rollouts: expect.any(Number) });
  });
});
