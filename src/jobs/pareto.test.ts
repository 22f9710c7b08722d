import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Objective } from '../domain/objective.ts';
import { finalFrontier, ParetoArchive, paretoFrontier, referenceOf } from './pareto.ts';

const objectives: readonly Objective[] = [
  { metric: 'right', goal: 'maximize', headline: true },
  { metric: 'promptTokens', goal: 'minimize', limit: 400 },
  { metric: 'safety', goal: 'maximize', notWorseThanBaseline: 0.1 },
];
const placed = (right: number | null, promptTokens: number, safety: number, violation = 0) => ({
  objectives: { right, promptTokens, safety },
  violation,
});
const baseline = placed(0.5, 100, 0.9);

describe('referenceOf', () => {
  it('is the limit, else the baseline, worse by the margin', () => {
    expect(referenceOf(objectives, baseline.objectives)).toEqual({ right: 0.5, promptTokens: 400, safety: 0.8 });
    expect(referenceOf([{ metric: 'latency', goal: 'minimize', notWorseThanBaseline: 5 }], { latency: 20 })).toEqual({
      latency: 25,
    });
    expect(referenceOf(objectives, { right: null })).toMatchObject({ right: null, promptTokens: 400 });
  });
});

describe('finalFrontier', () => {
  it('takes each candidate as it stood last, on the rows that the curve ends with', () => {
    const point = (candidateId: string, kind: 'screening' | 'validation', right: number) => ({
      candidateId,
      kind,
      ...placed(right, 100, 0.9),
    });
    const lucky = point('c1', 'screening', 1);
    const curve = [
      point('c0', 'validation', 0.5),
      lucky,
      point('c1', 'validation', 0.4),
      point('c2', 'validation', 0.6),
    ];
    expect(finalFrontier(curve, objectives)).toEqual([curve[3]]);
    expect(finalFrontier(curve.slice(0, 3), objectives)).toEqual([curve[0]]);
    expect(finalFrontier([], objectives)).toEqual([]);
  });
});

describe('ParetoArchive', () => {
  it('reckons the volume over the reference, tokens as a share of their limit', () => {
    const archive = new ParetoArchive(objectives);
    expect(archive.add('validation', 'c0', baseline)).toEqual({ hypervolume: 0, front: ['c0'] });
    const first = archive.add('validation', 'c1', placed(0.7, 200, 0.9));
    expect(first.hypervolume).toBeCloseTo(0.2 * 0.5 * 0.1, 12);
    expect(first.front).toEqual(['c1', 'c0']);
    // Too long, and so nothing worth.
    expect(archive.add('validation', 'c2', placed(0.9, 500, 0.9, 0.25))).toMatchObject({
      hypervolume: first.hypervolume,
      front: ['c1', 'c0'],
    });
    const better = archive.add('validation', 'c3', placed(0.8, 100, 0.95));
    expect(better.hypervolume).toBeCloseTo(0.3 * 0.75 * 0.15, 12);
    expect(better.front).toEqual(['c3']);
  });

  it('keeps scores on different rows apart, and needs a baseline to reckon from', () => {
    const archive = new ParetoArchive(objectives);
    archive.add('screening', 'c0', baseline);
    archive.add('screening', 'c1', placed(1, 100, 1));
    expect(archive.add('validation', 'c1', placed(0.6, 300, 0.9))).toEqual({ hypervolume: null, front: ['c1'] });
  });

  it('has nothing to say of one objective', () => {
    const archive = new ParetoArchive(objectives.slice(0, 1));
    expect(archive.add('validation', 'c0', baseline)).toEqual({ hypervolume: null, front: [] });
  });

  it('never shrinks, whatever a search tells, and its front is that of what stands', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const told = fc.record({
      id: fc.integer({ min: 0, max: 8 }),
      values: fc.tuple(fc.option(share, { freq: 9 }), fc.integer({ min: 1, max: 600 }), share),
      violation: fc.constantFrom(0, 0, 0, 0.5),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 25 }), (all) => {
        const archive = new ParetoArchive(objectives);
        let last = archive.add('validation', 'c0', baseline).hypervolume ?? 0;
        const stands = new Map([['c0', { candidateId: 'c0', ...baseline }]]);
        for (const { id, values, violation } of all) {
          const each = placed(...values, violation);
          const state = archive.add('validation', `c${id}`, each);
          stands.set(`c${id}`, { candidateId: `c${id}`, ...each });
          expect(state.hypervolume).toBeGreaterThanOrEqual(last);
          last = state.hypervolume ?? last;
          expect(state.front).toEqual(
            paretoFrontier([...stands.values()], objectives).map(({ candidateId }) => candidateId),
          );
        }
      }),
    );
  });
});
