import { describe, expect, it } from 'vitest';
import { editNoise, type Remeasured } from './edit-noise.ts';

const texts = (count: number, rows: number, broken: number): Remeasured[] =>
  Array.from({ length: count }, () => ({ rows, broken }));

describe('the noise of passing rows', () => {
  it('is a wide guess before anything is seen', () => {
    expect(editNoise([])).toBeGreaterThan(0.05);
    expect(editNoise([])).toBeLessThan(0.1);
  });

  it('goes to nothing when texts leave rows as they were', () => {
    expect(editNoise(texts(20, 6, 0))).toBeLessThan(0.01);
  });

  it('is not what a few harmful texts break: as many breaks as noise would make, in three texts of twenty', () => {
    const harmful = [...texts(17, 6, 0), ...texts(3, 6, 4)];
    const noisy = [...texts(8, 6, 0), ...texts(12, 6, 1)];
    expect(editNoise(harmful)).toBeLessThan(0.02);
    expect(editNoise(noisy)).toBeGreaterThan(0.06);
  });

  it('is found where every text breaks some', () => {
    expect(editNoise(texts(30, 10, 1))).toBeGreaterThan(0.08);
    expect(editNoise(texts(30, 10, 2))).toBeGreaterThan(0.14);
  });

  it('holds for very many rows', () => {
    expect(editNoise(texts(3000, 36, 0))).toBeCloseTo(0.003, 6);
  });
});
