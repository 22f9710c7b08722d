import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { Pull, Selector } from './contract.ts';
import { createSelector, SELECTORS } from './index.ts';
import { halvingPulls } from './successive-halving.ts';
import { logBar, rejectsSchedule } from './successive-rejects.ts';

/** Arms whose rows are fixed lists of scores; counts what was asked and what was given. */
function table(rows: readonly (readonly (number | null)[])[]) {
  const taken = rows.map(() => 0);
  const asked: { arm: number; n: number }[] = [];
  const pull: Pull<number> = async (arm, n) => {
    const from = taken[arm] ?? 0;
    const scores = (rows[arm] ?? []).slice(from, from + n);
    taken[arm] = from + scores.length;
    asked.push({ arm, n });
    return scores;
  };
  return { arms: rows.map((_, arm) => arm), pull, taken, asked };
}

const bernoulliRows = (means: readonly number[], rows: number, seed: number) =>
  means.map((mean, arm) => {
    const random = createRandom('rows', seed, arm);
    return Array.from({ length: rows }, () => (random.next() < mean ? 1 : 0));
  });

const small = { rowsPerPull: 4, armsPerRound: 3 };
const all: readonly Selector[] = SELECTORS.map((name) => createSelector(name, small));
const scoreArb = fc.option(
  fc.integer({ min: 0, max: 4 }).map((n) => n / 4),
  { nil: null, freq: 6 },
);
const tableArb = fc.array(fc.array(scoreArb, { maxLength: 40 }), { minLength: 1, maxLength: 14 });

describe.each(all)('$name', (selector) => {
  it('never passes the budget, never judges by anything but the cumulative mean of scored rows, and ranks every arm once', async () => {
    await fc.assert(
      fc.asyncProperty(
        tableArb,
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer(),
        async (rows, k, budget, seed) => {
          const { arms, pull, taken } = table(rows);
          const selection = await selector.select(arms, k, budget, pull, createRandom(seed));
          const spent = taken.reduce((sum, n) => sum + n, 0);
          expect(spent).toBeLessThanOrEqual(budget);
          expect(selection.pulls).toBe(spent);
          expect(selection.kept).toHaveLength(Math.min(k, arms.length));
          expect(selection.ranking.map((result) => result.arm).sort((a, b) => a - b)).toEqual(arms);
          for (const { arm, pulls, mean } of selection.ranking) {
            expect(pulls).toBe(taken[arm]);
            const scored = (rows[arm] ?? []).slice(0, pulls).filter((score) => score !== null);
            if (scored.length === 0) expect(mean).toBeNull();
            else expect(mean).toBeCloseTo(scored.reduce((sum, score) => sum + score, 0) / scored.length, 9);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is decided by the seed and the scores', async () => {
    const run = async (seed: number) => {
      const { arms, pull, asked } = table(bernoulliRows([0.4, 0.6, 0.5, 0.5, 0.7, 0.3], 60, 5));
      return { selection: await selector.select(arms, 2, 100, pull, createRandom(seed)), asked };
    };
    expect(await run(3)).toEqual(await run(3));
  });

  it('keeps the given order among arms that score the same', async () => {
    const { arms, pull } = table(
      Array.from({ length: 6 }, () => Array.from({ length: 50 }, (_, i) => (i % 2 ? 1 : 0))),
    );
    const { kept } = await selector.select(arms, 2, 6 * 24, pull, createRandom(1));
    // Equal scores on equal rows: only arms pulled on an odd number of rows could differ, and 24 and 4 are even.
    if (selector.name !== 'successive-rejects') expect(kept).toEqual([0, 1]);
    expect(kept).toHaveLength(2);
  });

  it('finds the best of well separated arms nearly always', async () => {
    let found = 0;
    for (let seed = 0; seed < 100; seed++) {
      const best = seed % 8;
      const means = Array.from({ length: 8 }, (_, arm) => (arm === best ? 0.95 : 0.4));
      const { arms, pull } = table(bernoulliRows(means, 120, seed));
      const { kept } = await selector.select(arms, 1, 240, pull, createRandom('select', seed));
      if (kept[0] === best) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(97);
  });

  it('returns all arms and pulls nothing when there are no more than k', async () => {
    const { arms, pull, asked } = table([[1], [0], [1]]);
    const selection = await selector.select(arms, 3, 100, pull, createRandom(1));
    expect(selection.kept).toEqual([0, 1, 2]);
    expect(asked).toEqual([]);
  });

  it('leaves missing scores out instead of counting them as 0', async () => {
    const gaps = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 1 : null));
    const steady = Array.from({ length: 40 }, (_, i) => (i % 10 === 9 ? 0 : 0.9));
    const silent = Array.from({ length: 40 }, () => null);
    const { arms, pull } = table([silent, steady, gaps]);
    const { ranking } = await selector.select(arms, 1, 90, pull, createRandom(1));
    expect(ranking.map((result) => result.arm)).toEqual([2, 1, 0]);
  });
});

describe('published budgets', () => {
  it('uniform gives every arm the same floor(B / K) rows', async () => {
    const { arms, pull, taken } = table(bernoulliRows([0.2, 0.5, 0.8], 100, 1));
    await createSelector('uniform').select(arms, 1, 50, pull, createRandom(1));
    expect(taken).toEqual([16, 16, 16]);
  });

  it('successive rejects follows n_k by hand: K = 4, B = 40', async () => {
    // logbar 4 = 1/2 + 1/2 + 1/3 + 1/4 = 19/12; (40 − 4)·12/19 = 22.74; over 4, 3, 2 and rounded up: 6, 8, 12.
    expect(logBar(4)).toBeCloseTo(19 / 12, 12);
    expect(rejectsSchedule(4, 40)).toEqual([6, 8, 12]);
    const { arms, pull, taken } = table([0.9, 0.1, 0.5, 0.7].map((score) => Array.from({ length: 40 }, () => score)));
    const { ranking } = await createSelector('successive-rejects').select(arms, 1, 40, pull, createRandom(1));
    expect(ranking.map((result) => result.arm)).toEqual([0, 3, 2, 1]);
    expect(taken).toEqual([12, 6, 8, 12]);
  });

  it('successive rejects stays inside the budget where the original spends 2.9 times of it', async () => {
    const { arms, pull, taken } = table(
      bernoulliRows(
        Array.from({ length: 36 }, () => 0.5),
        3000,
        1,
      ),
    );
    await createSelector('successive-rejects').select(arms, 1, 2048, pull, createRandom(1));
    const spent = taken.reduce((sum, n) => sum + n, 0);
    expect(spent).toBeLessThanOrEqual(2048);
    expect(spent).toBeGreaterThan(0.95 * 2048);
  });

  it('successive rejects judges by all rows of an arm, not by the last phase alone', async () => {
    // Arm 0 is good on its first 6 rows and bad on the next 2; arm 1 the other way round. Cumulative means keep arm 0.
    const first = [...Array.from({ length: 6 }, () => 1), 0, 0, ...Array.from({ length: 30 }, () => 0.5)];
    const second = [...Array.from({ length: 6 }, () => 0.3), 1, 1, ...Array.from({ length: 30 }, () => 0.5)];
    const { arms, pull } = table([
      first,
      second,
      Array.from({ length: 40 }, () => 0.9),
      Array.from({ length: 40 }, () => 0),
    ]);
    const { ranking } = await createSelector('successive-rejects').select(arms, 2, 40, pull, createRandom(1));
    expect(ranking.map((result) => result.arm)).toEqual([2, 0, 1, 3]);
  });

  it('successive halving follows floor(B / (|S|·ceil(log2 K))) by hand: K = 8, B = 96', async () => {
    expect([8, 4, 2].map((survivors) => halvingPulls(96, survivors, 8))).toEqual([4, 8, 16]);
    const scores = [0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5];
    const { arms, pull, taken } = table(scores.map((score) => Array.from({ length: 60 }, () => score)));
    const { ranking } = await createSelector('successive-halving').select(arms, 1, 96, pull, createRandom(1));
    expect(ranking.map((result) => result.arm)).toEqual([1, 3, 5, 7, 6, 4, 2, 0]);
    expect(taken).toEqual([4, 28, 4, 28, 4, 12, 4, 12]);
  });

  it('successive halving never keeps fewer than k', async () => {
    const { arms, pull } = table(bernoulliRows([0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 60, 1));
    const { kept } = await createSelector('successive-halving').select(arms, 3, 200, pull, createRandom(1));
    expect(kept).toHaveLength(3);
  });

  it('UCB pulls every arm once before any arm twice, then goes where mean plus bonus is largest', async () => {
    const scores = [0, 0.5, 1, 0];
    const { arms, pull, taken } = table(scores.map((score) => Array.from({ length: 200 }, () => score)));
    const explore = createSelector('ucb', { c: 2, rowsPerPull: 4, armsPerRound: 1 });
    await explore.select(arms, 1, 16, pull, createRandom(1));
    expect(taken).toEqual([4, 4, 4, 4]);
    // Pull 5 (t = 5): bonus 2·sqrt(ln 5 / 4) = 1.27 for all: arm 2. Pull 6: arm 2 has 1 + 2·sqrt(ln 6 / 8) = 1.95, arm 1 has
    // 0.5 + 2·sqrt(ln 6 / 4) = 1.84: arm 2 again. Pull 7: arm 2 1 + 2·sqrt(ln 7 / 12) = 1.81, arm 1 0.5 + 1.39 = 1.89: arm 1.
    const more = table(scores.map((score) => Array.from({ length: 200 }, () => score)));
    await explore.select(more.arms, 1, 28, more.pull, createRandom(1));
    expect(more.asked.slice(4)).toEqual([
      { arm: 2, n: 4 },
      { arm: 2, n: 4 },
      { arm: 1, n: 4 },
    ]);
  });

  it('UCB cuts the last pull down to what is left', async () => {
    const { arms, pull, taken } = table(bernoulliRows([0.5, 0.5, 0.5], 200, 1));
    await createSelector('ucb').select(arms, 1, 70, pull, createRandom(1));
    expect(taken.reduce((sum, n) => sum + n, 0)).toBe(70);
  });

  it('UCB-E has a bonus that does not grow with time: a small a settles on the leader', async () => {
    const rows = [0.2, 0.8, 0.3].map((score) => Array.from({ length: 200 }, () => score));
    const settled = table(rows);
    await createSelector('ucb-e', { a: 0.01, rowsPerPull: 4, armsPerRound: 1 }).select(
      settled.arms,
      1,
      100,
      settled.pull,
      createRandom(1),
    );
    expect(settled.taken).toEqual([4, 92, 4]);
    const curious = table(rows);
    await createSelector('ucb-e', { a: 10_000, rowsPerPull: 4, armsPerRound: 1 }).select(
      curious.arms,
      1,
      96,
      curious.pull,
      createRandom(1),
    );
    expect(curious.taken).toEqual([32, 32, 32]);
  });

  it('goes on with the other arms when one has no rows left', async () => {
    const { arms, pull, taken } = table(bernoulliRows([0.9, 0.5], 10, 1));
    await createSelector('ucb', { rowsPerPull: 4, armsPerRound: 2 }).select(arms, 1, 500, pull, createRandom(1));
    expect(taken).toEqual([10, 10]);
  });
});
