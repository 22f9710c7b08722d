import { describe, expect, it } from 'vitest';
import { type AaRequest, chooseAaRows } from './aa-rows.ts';

const chosen = (change: Partial<AaRequest> = {}) =>
  chooseAaRows({
    wanted: undefined,
    rows: { train: 100, validation: 60, test: 50 },
    confirmationRollouts: undefined,
    estimatedRollouts: 800,
    ...change,
  });

describe('the A/A run', () => {
  it('takes place where it is cheap, on at most 20 rows', () => {
    expect(chosen()).toEqual({ rows: 20, warning: null });
    expect(chosen({ estimatedRollouts: null }).rows).toBe(20);
    expect(chosen({ estimatedRollouts: 480 }).rows).toBe(12);
    expect(chosen({ rows: { train: 9, validation: 5, test: 9 } }).rows).toBe(5);
  });

  it('stays away with a warning where it is not', () => {
    const off = (change: Partial<AaRequest>, why: RegExp) => {
      expect(chosen(change)).toMatchObject({
        rows: 0,
        warning: { code: 'no-aa-run', message: expect.stringMatching(why) },
      });
    };
    off({ estimatedRollouts: 319 }, /above 5 % of what the budget buys; set aaRun to true/);
    off({ confirmationRollouts: 200 }, /would cost a finalist its place/);
    expect(chosen({ confirmationRollouts: 240 })).toEqual({ rows: 20, warning: null });
  });

  it('does as the request says, without a warning', () => {
    expect(chosen({ wanted: false })).toEqual({ rows: 0, warning: null });
    expect(chosen({ wanted: true, estimatedRollouts: 10 })).toEqual({ rows: 20, warning: null });
    expect(chosen({ wanted: true, confirmationRollouts: 140 })).toEqual({ rows: 20, warning: null });
    expect(chosen({ wanted: 7, estimatedRollouts: 10 })).toEqual({ rows: 7, warning: null });
    expect(chosen({ wanted: 90 }).rows).toBe(60);
    expect(chosen({ confirmationRollouts: 0 })).toEqual({ rows: 0, warning: null });
  });

  it('is refused when it was asked for and cannot be paid, naming field and fix', () => {
    const refusal = (path: string, message: RegExp) =>
      expect.objectContaining({ errors: [expect.objectContaining({ path, message: expect.stringMatching(message) })] });
    expect(() => chosen({ wanted: true, confirmationRollouts: 0 })).toThrow(refusal('aaRun', /which is 0; raise that/));
    expect(() => chosen({ wanted: true, confirmationRollouts: 139 })).toThrow(
      refusal('budget.confirmationRollouts', /at least 140, or set aaRun to false/),
    );
  });
});
