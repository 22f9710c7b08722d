import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../search/random.ts';
import { type Gains, hypervolume, nonDominated } from './hypervolume.ts';

/** Counts unit cells: exact for whole numbers. */
function byCells(points: readonly Gains[], dimensions: number): number {
  const cells = (at: number, cell: readonly number[]): number => {
    if (at === dimensions) return Number(points.some((point) => point.every((gain, i) => (cell[i] ?? 0) < gain)));
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += cells(at + 1, [...cell, i]);
    return sum;
  };
  return cells(0, []);
}
const front = (dimensions: number) =>
  fc.array(fc.array(fc.integer({ min: -1, max: 4 }), { minLength: dimensions, maxLength: dimensions }), {
    maxLength: 7,
  });

describe('hypervolume', () => {
  it('is the area of the staircase', () => {
    expect(hypervolume([])).toBe(0);
    expect(hypervolume([[0.5, 0.2]])).toBeCloseTo(0.1, 12);
    expect(
      hypervolume([
        [3, 1],
        [1, 3],
        [2, 2],
      ]),
    ).toBe(6);
    expect(hypervolume([[5, 0]])).toBe(0);
  });

  it.each([2, 3, 4])('counts the cells below the points in %i dimensions', (dimensions) => {
    fc.assert(
      fc.property(front(dimensions), (points) => {
        expect(hypervolume(points)).toBe(byCells(points, dimensions));
      }),
    );
  });

  it('gives up rather than takes for ever', () => {
    const random = createRandom('hypervolume');
    const many = Array.from({ length: 60 }, () => Array.from({ length: 12 }, () => random.next()));
    expect(hypervolume(many)).toBeNull();
  });
});

describe('nonDominated', () => {
  it('keeps one of equal points and drops what is covered', () => {
    expect(
      nonDominated([
        [1, 2],
        [1, 2],
        [0, 2],
        [2, 1],
      ]),
    ).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
