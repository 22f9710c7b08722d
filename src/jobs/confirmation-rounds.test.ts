import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confirmationRounds } from './confirmation-rounds.ts';

const ids = (n: number) => Array.from({ length: n }, (_, i) => `r${i}`);

describe('rounds of a confirmation', () => {
  it('never cost more than there is, beyond the first round that every verdict needs', () => {
    const parts = fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      candidates: fc.integer({ min: 2, max: 4 }),
      rollouts: fc.nat(1000),
      deterministic: fc.boolean(),
      cohorts: fc.array(fc.uniqueArray(fc.nat(39), { maxLength: 12 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(parts, ({ rows, cohorts, ...rest }) => {
        const rowIds = ids(rows);
        const watched = cohorts.map((cohort) => cohort.filter((i) => i < rows).map((i) => `r${i}`));
        const rounds = confirmationRounds({ ...rest, rowIds, cohorts: watched });
        const first = rows * rest.candidates;
        const cost = rounds.reduce((sum, round) => sum + round.length * rest.candidates, 0);
        expect(rounds[0]).toEqual(rowIds);
        expect(cost).toBeLessThanOrEqual(Math.max(first, rest.rollouts));
        for (const round of rounds) expect(new Set(round).size).toBe(round.length);
        if (rest.deterministic) expect(rounds).toHaveLength(1);
        // Another whole round would not have fitted, or there are enough.
        const whole = rounds.filter((round) => round.length === rows).length;
        if (!rest.deterministic && whole < 5) expect((whole + 1) * first).toBeGreaterThan(rest.rollouts);
      }),
    );
  });

  it('repeat the rows of watched cohorts with what is left, the smallest first', () => {
    const cohorts = [ids(8), ['r8', 'r9']];
    const rounds = (rollouts: number) =>
      confirmationRounds({ rowIds: ids(10), candidates: 2, rollouts, deterministic: false, cohorts });
    expect(rounds(20)).toHaveLength(1);
    expect(rounds(24)[1]).toEqual(['r8', 'r9']);
    expect(rounds(36)[1]).toEqual(['r8', 'r9']);
    expect(rounds(40)).toEqual([ids(10), ids(10)]);
    expect(rounds(1000)).toHaveLength(5);
  });
});
