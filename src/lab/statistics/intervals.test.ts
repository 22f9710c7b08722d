import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../search/random.ts';
import { binomialPmf } from './binomial.ts';
import { confidenceSequence, sequentialSignPValue } from './confidence-sequence.ts';
import { clusteredMean } from './groups.ts';
import { meanInterval } from './mean-interval.ts';
import { midPInterval } from './mid-p.ts';
import { passAtK, passHatK } from './pass-at-k.ts';
import { scoreInterval } from './score-interval.ts';
import { skewedMeanInterval } from './skewed-mean-interval.ts';

describe('mid-p', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 6.
  it.each([
    [81, 263, 0.2544, 0.3658],
    [15, 148, 0.0601, 0.1581],
    [0, 20, 0, 0.1391],
    [1, 29, 0.0017, 0.1585],
  ])('published: %i of %i', (successes, n, low, high) => {
    const interval = midPInterval(successes, n);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('inverts the test that it is named after, and mirrors', () => {
    for (const [x, n] of [
      [3, 10],
      [29, 30],
      [250, 300],
    ] as const) {
      const { low, high } = midPInterval(x, n) ?? { low: Number.NaN, high: Number.NaN };
      const tail = (p: number, from: number, to: number) => {
        let sum = binomialPmf(x, n, p) / 2;
        for (let k = from; k <= to; k++) sum += binomialPmf(k, n, p);
        return sum;
      };
      expect(tail(low, x + 1, n)).toBeCloseTo(0.025, 9);
      expect(tail(high, 0, x - 1)).toBeCloseTo(0.025, 9);
      expect(midPInterval(n - x, n)?.low).toBeCloseTo(1 - high, 9);
    }
    expect(midPInterval(0, 0)).toBeNull();
    expect(() => midPInterval(4, 3)).toThrow(/4 successes of 3/);
  });

  it('takes fractions, between the whole numbers around them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 5000, noNaN: true }),
        (share, n) => {
          const interval = midPInterval(share * n, n);
          expect(interval?.low).toBeLessThanOrEqual(share + 1e-9);
          expect(interval?.high).toBeGreaterThanOrEqual(share - 1e-9);
        },
      ),
    );
    expect(midPInterval(7.5, 10)?.low).toBeGreaterThan(midPInterval(7, 10)?.low ?? 1);
    expect(midPInterval(7.5, 10)?.low).toBeLessThan(midPInterval(8, 10)?.low ?? 0);
  });
});

describe('scores in [0, 1]', () => {
  it('pass/fail is mid-p; graded scores are narrower than coins of the same mean, and stay inside', () => {
    const coins = [1, 1, 1, 0, 1, 1, 0, 1, 1, 1];
    expect(scoreInterval(coins)).toEqual(midPInterval(8, 10));
    const graded = coins.map((value) => 0.8 + (value - 0.8) / 2);
    expect(scoreInterval(graded)?.low).toBeGreaterThan(scoreInterval(coins)?.low ?? 1);
    const near = [...new Array<number>(29).fill(1), 0.9];
    expect(scoreInterval(near)?.high).toBeLessThanOrEqual(1);
    expect(scoreInterval(near)?.low).toBeGreaterThan(0.95);
    expect(scoreInterval([])).toBeNull();
  });

  it('equal graded scores claim no certainty', () => {
    expect(scoreInterval([0.8, 0.8, 0.8])).toEqual(midPInterval(2.4000000000000004, 3));
    expect(scoreInterval([0.7])?.low).toBeLessThan(0.2);
  });
});

describe('skewed means', () => {
  it('without skewness it is Student’s t', () => {
    const values = [-3, -1, 0, 1, 3, 2, -2];
    const { low = 0, high = 0 } = skewedMeanInterval(values) ?? {};
    expect(low).toBeCloseTo(meanInterval(values)?.low ?? 0, 10);
    expect(high).toBeCloseTo(meanInterval(values)?.high ?? 0, 10);
  });

  // The limits are where Hall's transformed statistic meets the quantile: found here by bisection, not by its inverse.
  it('its limits satisfy Hall’s equation', () => {
    const values = [0, 0, 0.1, 0, 0.9, 0.2, 0, 0, 0.4, 0.1];
    const n = values.length;
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const moment = (k: number) => values.reduce((sum, value) => sum + (value - mean) ** k, 0) / n;
    const spread = Math.sqrt(moment(2));
    const skewness = moment(3) / spread ** 3;
    const transformed = (mu: number) => {
      const t = (mean - mu) / spread;
      return t + (skewness * t ** 2) / 3 + (skewness ** 2 * t ** 3) / 27 + skewness / (6 * n);
    };
    const where = (value: number) => {
      let [low, high] = [-10, 10];
      for (let step = 0; step < 100; step++) {
        const middle = (low + high) / 2;
        if (transformed(middle) > value) low = middle;
        else high = middle;
      }
      return low;
    };
    // t quantile of 9 degrees of freedom from a printed table: 2.262157.
    const reach = 2.262157163 / Math.sqrt(n - 1);
    const interval = skewedMeanInterval(values, { oneSided: true });
    expect(interval?.low).toBeCloseTo(where(reach), 6);
    expect(interval?.high).toBeCloseTo(where(-reach), 6);
    expect((interval?.high ?? 0) - mean).toBeGreaterThan(mean - (interval?.low ?? 0));
  });

  it('takes groups as units', () => {
    const values = [0.1, 0.5, -0.2, 0.4, 0.3, 0.6];
    const twice = values.flatMap((value) => [value, value]);
    const groups = twice.map((_, i) => `case ${Math.floor(i / 2)}`);
    const grouped = skewedMeanInterval(twice, { groups });
    const alone = skewedMeanInterval(values);
    expect(grouped?.low).toBeCloseTo(alone?.low ?? 0, 12);
    expect(grouped?.high).toBeCloseTo(alone?.high ?? 0, 12);
    expect(skewedMeanInterval([0.2])).toBeNull();
    expect(skewedMeanInterval([0.2, 0.2])).toMatchObject({ low: 0.2, high: 0.2 });
  });
});

it('clustered standard errors are those of the double sum over pairs of a cluster (Miller 2024, eq. 4)', () => {
  const values = [1, 1, 0, 0.5, 0.25, 0, 1, 0.75];
  const groups = ['a', 'a', 'a', 'b', 'b', 'c', 'd', 'd'];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let sum = 0;
  for (const [i, x] of values.entries())
    for (const [j, y] of values.entries()) if (groups[i] === groups[j]) sum += (x - mean) * (y - mean);
  const found = clusteredMean(values, groups);
  // Four groups: the correction for few of them is 4/3.
  expect(found?.standardError).toBeCloseTo(Math.sqrt((sum * 4) / 3) / values.length, 12);
  expect(found?.units).toBe(4);
  expect(clusteredMean(values)?.designEffect).toBeCloseTo(1, 12);
  const copies = clusteredMean([1, 1, 0, 0, 1, 1, 0, 0], ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']);
  expect(copies?.designEffect).toBeGreaterThan(2);
  expect(clusteredMean([1, 0], ['a', 'a'])).toBeNull();
});

describe('pass@k and pass^k', () => {
  it('count subsets of the runs', () => {
    // By hand: of the 10 pairs of 5 runs with 2 passes, 3 hold none and 1 holds both.
    expect(passAtK(2, 5, 2)).toBeCloseTo(0.7, 12);
    expect(passHatK(2, 5, 2)).toBeCloseTo(0.1, 12);
    expect(passAtK(3, 5, 1)).toBeCloseTo(0.6, 12);
    expect(passAtK(4, 5, 2)).toBe(1);
    expect(passHatK(1, 5, 2)).toBe(0);
    expect(passAtK(1, 2, 3)).toBeNull();
    expect(() => passHatK(3, 2, 1)).toThrow(/3 successes of 2/);
  });

  it('agree with drawing subsets', () => {
    const random = createRandom('subsets');
    const runs = [true, false, true, true, false, false, false];
    let [any, all] = [0, 0];
    for (let draw = 0; draw < 20_000; draw++) {
      const drawn = random.sample(runs, 3);
      any += Number(drawn.includes(true));
      all += Number(!drawn.includes(false));
    }
    expect(Math.abs(any / 20_000 - (passAtK(3, 7, 3) ?? 0))).toBeLessThan(0.01);
    expect(Math.abs(all / 20_000 - (passHatK(3, 7, 3) ?? 0))).toBeLessThan(0.01);
  });
});

describe('looking after every row', () => {
  const RUNS = 250;
  const ROWS = 250;
  /** Share of runs in which the truth is outside at any of the looks. */
  const everWrong = (
    draw: (random: ReturnType<typeof createRandom>) => number,
    truth: number,
    bounds: readonly [number, number],
  ) => {
    let wrong = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = createRandom('looks', truth, run);
      const sequence = confidenceSequence({ bounds, grid: 200 });
      let out = false;
      for (let i = 0; i < ROWS && !out; i++) {
        sequence.add(draw(random));
        const { low, high } = sequence.interval();
        out = truth < low - 1e-9 || truth > high + 1e-9;
      }
      wrong += Number(out);
    }
    return wrong / RUNS;
  };

  it('a confidence sequence holds the truth at all moments in 95 % of runs', () => {
    expect(everWrong((random) => Number(random.next() < 0.9), 0.9, [0, 1])).toBeLessThanOrEqual(0.05);
    expect(everWrong((random) => random.next() - random.next(), 0, [-1, 1])).toBeLessThanOrEqual(0.05);
  });

  it('a t interval that is looked at after every row does not', () => {
    let wrong = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = createRandom('looks', 'naive', run);
      const values: number[] = [];
      let out = false;
      for (let i = 0; i < ROWS && !out; i++) {
        values.push(random.next() - random.next());
        const interval = values.length < 5 ? null : meanInterval(values);
        out = interval !== null && (interval.low > 0 || interval.high < 0);
      }
      wrong += Number(out);
    }
    expect(wrong / RUNS).toBeGreaterThan(0.2);
  });

  it('narrows, sees a difference, and refuses values out of bounds', () => {
    const sequence = confidenceSequence({ bounds: [-1, 1] });
    const random = createRandom('narrow');
    for (let i = 0; i < 300; i++) sequence.add(random.next() < 0.3 ? 1 : 0);
    const { low, high } = sequence.interval();
    expect(low).toBeGreaterThan(0.1);
    expect(high).toBeLessThan(0.5);
    expect(() => sequence.add(1.5)).toThrow(/between -1 and 1/);
    const fresh = confidenceSequence();
    expect(fresh.interval()).toEqual({ low: 0, high: 1, level: 0.95 });
  });

  it('the sequential sign test is (n + 1) · C(n, wins) / 2ⁿ, and errs in 5 % of fair runs at most', () => {
    expect(sequentialSignPValue(10, 0)).toBeCloseTo(11 / 1024, 12);
    expect(sequentialSignPValue(8, 2)).toBeCloseTo((11 * 45) / 1024, 12);
    expect(sequentialSignPValue(0, 0)).toBe(1);
    let wrong = 0;
    for (let run = 0; run < 1000; run++) {
      const random = createRandom('coins', run);
      let [wins, losses, least] = [0, 0, 1];
      for (let i = 0; i < 300; i++) {
        if (random.next() < 0.5) wins += 1;
        else losses += 1;
        least = Math.min(least, sequentialSignPValue(wins, losses));
      }
      wrong += Number(least < 0.05);
    }
    expect(wrong / 1000).toBeLessThanOrEqual(0.05);
  });
});
