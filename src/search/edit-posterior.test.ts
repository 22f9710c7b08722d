import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EditEvidence, editPrior, judgeEdit } from './edit-posterior.ts';

const stakes = { targets: 0.2, passes: 0.5, room: 1 };
const row = (changed: number, luck = 0.1): EditEvidence => ({ luck, changed });
const rows = (changed: number, count: number) => Array.from({ length: count }, () => row(changed));

describe('judgeEdit', () => {
  it('follows Bayes over both grids', () => {
    const prior = {
      fixes: { values: [0, 1], weights: [0.5, 0.5] },
      breaks: { values: [0, 0.5], weights: [0.9, 0.1] },
    };
    const verdict = judgeEdit(prior, stakes, [row(1)], [row(0)]);
    // A fix: 0.1 by luck, 1 by the edit. A row that stays: 0.9 without harm, 0.45 with it.
    const fixes = 0.5 / (0.5 * 0.1 + 0.5);
    const breaks = (0.1 * 0.45) / (0.9 * 0.9 + 0.1 * 0.45);
    expect(verdict.fixes).toBeCloseTo(fixes, 6);
    expect(verdict.breaks).toBeCloseTo(breaks * 0.5, 10);
    expect(verdict.gain).toBeCloseTo(0.2 * fixes - 0.5 * 0.5 * breaks, 6);
    // All that harms does so by 0.25, more than the 0.2 that can be gained.
    expect(verdict.worse).toBeCloseTo(breaks, 10);
    expect(verdict.better).toBeCloseTo(fixes * (1 - breaks), 6);
  });

  it('an edit of which nothing is known is expected to do what the prior says', () => {
    const { fixes, breaks } = judgeEdit(editPrior(0.2), stakes, [], []);
    expect(fixes).toBeCloseTo(0.15 * 0.3 + 0.2 * 0.6 + 0.3 * 0.97, 10);
    expect(breaks).toBeCloseTo(0.06 * 0.03 + 0.06 * 0.08 + 0.05 * 0.16 + 0.03 * 0.35, 10);
  });

  it('a fix speaks for it and a break against it, the more the less luck explains them', () => {
    fc.assert(
      fc.property(
        fc.nat(6),
        fc.nat(6),
        fc.nat(20),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (fixed, not, kept, luck) => {
          const before = judgeEdit(editPrior(0.2), stakes, [...rows(1, fixed), ...rows(0, not)], rows(0, kept));
          const fix = judgeEdit(
            editPrior(0.2),
            stakes,
            [...rows(1, fixed), ...rows(0, not), row(1, luck)],
            rows(0, kept),
          );
          const broken = judgeEdit(
            editPrior(0.2),
            stakes,
            [...rows(1, fixed), ...rows(0, not)],
            [...rows(0, kept), row(1, luck)],
          );
          expect(fix.gain).toBeGreaterThan(before.gain);
          expect(broken.gain).toBeLessThan(before.gain);
          expect(broken.worse).toBeGreaterThanOrEqual(before.worse);
          for (const { better, worse } of [before, fix, broken]) expect(better + worse).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  it('harm on many rows outweighs a fix of few', () => {
    const rare = { targets: 0.01, passes: 0.9, room: 1 };
    const fixed = rows(1, 2);
    expect(judgeEdit(editPrior(0.2), rare, fixed, rows(0, 6)).gain).toBeLessThan(
      judgeEdit(editPrior(0.2), rare, fixed, rows(0, 18)).gain,
    );
    expect(judgeEdit(editPrior(0.2), rare, fixed, [...rows(0, 14), ...rows(1, 4)]).gain).toBeLessThan(0);
  });
});
