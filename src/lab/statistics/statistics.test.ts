import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../search/random.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { binomialTest, clopperPearsonInterval } from './binomial.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { effectiveSd } from './groups.ts';
import { holm } from './holm.ts';
import { mcnemarExact } from './mcnemar.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';
import { pairedProportionInterval } from './paired-proportions.ts';
import { pairedPermutationTest } from './permutation.ts';
import { requiredRows } from './power.ts';
import { quantileInterval } from './quantile.ts';
import { quantileDifferenceInterval, quantileDifferenceTest } from './quantile-difference.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';
import { wilsonInterval } from './wilson.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 30 });

describe('p-values', () => {
  it('lie in [0, 1], and mid-p is never above the exact one', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), probability, (k, more, p) => {
        const exact = binomialTest(k, k + more, p);
        const mid = binomialTest(k, k + more, p, { midP: true });
        expect(exact).toBeGreaterThan(-1e-12);
        expect(exact).toBeLessThanOrEqual(1);
        expect(mid).toBeLessThanOrEqual(exact);
      }),
    );
    fc.assert(
      fc.property(differences, (values) => {
        const p = pairedPermutationTest(values, { random: createRandom('p'), draws: 200 });
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        // Which side is called the baseline does not matter.
        expect(
          pairedPermutationTest(
            values.map((v) => -v),
            { random: createRandom('p'), draws: 200 },
          ),
        ).toBeCloseTo(p, 1);
      }),
      { numRuns: 60 },
    );
  });

  it('agree: on binary differences the permutation test is the exact McNemar test', () => {
    for (const [wins, losses] of [
      [3, 1],
      [6, 0],
      [14, 5],
      [70, 51],
    ] as const) {
      const flips = [...new Array<number>(wins).fill(1), ...new Array<number>(losses).fill(-1), 0, 0, 0];
      expect(pairedPermutationTest(flips, { random: createRandom('unused') })).toBeCloseTo(
        mcnemarExact(wins, losses),
        10,
      );
    }
  });

  it('Monte Carlo draws come near the exact answer and repeat with the seed', () => {
    const random = createRandom('differences');
    const lattice = Array.from({ length: 40 }, () => (random.int(9) - 3) / 8);
    const exact = pairedPermutationTest(lattice, { random });
    // An irrational part takes the same data off the lattice.
    const off = lattice.map((value) => value * Math.SQRT2);
    const drawn = pairedPermutationTest(off, { random: createRandom(1), draws: 20_000 });
    expect(Math.abs(drawn - exact)).toBeLessThan(0.01);
    expect(pairedPermutationTest(off, { random: createRandom(1), draws: 20_000 })).toBe(drawn);
  });

  it('rows of one group change sides together', () => {
    const tenRowsOfOneCase = new Array<number>(10).fill(1);
    const options = { random: createRandom(1) };
    expect(pairedPermutationTest(tenRowsOfOneCase, options)).toBeCloseTo(2 / 2 ** 10, 12);
    expect(pairedPermutationTest(tenRowsOfOneCase, { ...options, groups: tenRowsOfOneCase.map(() => 'a') })).toBe(1);
  });
});

describe('multiplicity', () => {
  it('Holm and BH keep the order of the p-values, never lower one, and BH is never stricter than Holm', () => {
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 12 }), (p) => {
        const strict = holm(p);
        const lenient = benjaminiHochberg(p);
        p.forEach((value, i) => {
          expect(strict[i]).toBeGreaterThanOrEqual(value);
          expect(strict[i]).toBeLessThanOrEqual(1);
          expect(lenient[i]).toBeGreaterThanOrEqual(value - 1e-15);
          expect(lenient[i]).toBeLessThanOrEqual((strict[i] ?? 0) + 1e-12);
          p.forEach((other, j) => {
            if (value < other) expect(strict[i]).toBeLessThanOrEqual(strict[j] ?? 0);
          });
        });
      }),
    );
  });
});

describe('distributions', () => {
  it('quantile and distribution function are inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        (p, df) => {
          expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13);
          expect(Math.abs(studentTCdf(studentTQuantile(p, df), df) - p)).toBeLessThan(1e-10);
        },
      ),
    );
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(() => normalQuantile(1.1)).toThrow(/1\.1/);
    expect(() => wilsonInterval(4, 3)).toThrow(/4 successes of 3/);
  });
});

/** Share of simulated data sets whose interval holds the truth. */
function coverage(runs: number, once: (run: number) => { low: number; high: number } | null, truth: number): number {
  let held = 0;
  for (let run = 0; run < runs; run++) {
    const interval = once(run);
    if (interval && interval.low <= truth && truth <= interval.high) held += 1;
  }
  return held / runs;
}

describe('coverage of 95 % intervals, by simulation', () => {
  const binomialDraw = (run: number, n: number, p: number) => {
    const random = createRandom('binomial', run);
    return Array.from({ length: n }, () => random.next()).filter((u) => u < p).length;
  };

  it('Wilson is near the level, Clopper–Pearson never below', () => {
    expect(coverage(2000, (run) => wilsonInterval(binomialDraw(run, 40, 0.8), 40), 0.8)).toBeGreaterThan(0.93);
    expect(coverage(2000, (run) => clopperPearsonInterval(binomialDraw(run, 40, 0.8), 40), 0.8)).toBeGreaterThan(0.945);
  });

  it.each([
    [0.1, 0.1, 40],
    [0.25, 0.05, 60],
    [0.3, 0, 30],
    [0.02, 0.02, 50],
  ])('paired proportions: P(win) %f, P(loss) %f, %i rows', (win, loss, n) => {
    const share = coverage(
      1500,
      (run) => {
        const random = createRandom('pairs', win, run);
        const draws = Array.from({ length: n }, () => random.next());
        const wins = draws.filter((u) => u < win).length;
        return pairedProportionInterval(wins, draws.filter((u) => u >= win && u < win + loss).length, n);
      },
      win - loss,
    );
    expect(share).toBeGreaterThan(0.94);
  });

  it('BCa on skewed differences, and by group when rows of a group are copies', () => {
    const skewed = (run: number, n: number) => {
      const random = createRandom('skewed', run);
      return Array.from({ length: n }, () => -Math.log(1 - random.next()) - 0.7);
    };
    const options = (run: number) => ({ random: createRandom('bootstrap', run), resamples: 600 });
    expect(coverage(400, (run) => pairedBootstrap(skewed(run, 50), options(run)), 0.3)).toBeGreaterThan(0.91);
    // Each of 25 values twice: ignoring the groups would promise a third more precision than there is.
    const twice = (run: number) => skewed(run, 25).flatMap((value) => [value, value]);
    const groups = Array.from({ length: 50 }, (_, i) => `case-${Math.floor(i / 2)}`);
    const grouped = coverage(400, (run) => pairedBootstrap(twice(run), { ...options(run), groups }), 0.3);
    const ungrouped = coverage(400, (run) => pairedBootstrap(twice(run), options(run)), 0.3);
    expect(grouped).toBeGreaterThan(0.89);
    expect(ungrouped).toBeLessThan(0.86);
  });

  it('quantiles by order statistics, and none where the rows cannot bear one', () => {
    const sample = (run: number) => {
      const random = createRandom('latency', run);
      return Array.from({ length: 80 }, () => -Math.log(1 - random.next())).sort((a, b) => a - b);
    };
    expect(coverage(1500, (run) => quantileInterval(sample(run), 0.9), Math.log(10))).toBeGreaterThan(0.945);
    expect(quantileInterval(sample(1), 0.99)).toBeNull();
  });
});

describe('paired proportions', () => {
  it('excludes 0 just when the exact McNemar test is significant', () => {
    fc.assert(
      fc.property(fc.nat(25), fc.nat(25), fc.nat(60), (wins, losses, ties) => {
        fc.pre(wins + losses + ties > 0);
        const interval = pairedProportionInterval(wins, losses, wins + losses + ties);
        const excludes = interval !== null && (interval.low > 1e-12 || interval.high < -1e-12);
        expect(excludes).toBe(mcnemarExact(wins, losses) < 0.05);
      }),
      { numRuns: 400 },
    );
  });

  it('does not claim certainty when no row differs', () => {
    const interval = pairedProportionInterval(0, 0, 20);
    expect(interval?.low).toBeLessThan(-0.1);
    expect(interval?.high).toBeGreaterThan(0.1);
    expect(pairedProportionInterval(0, 0, 0)).toBeNull();
  });
});

describe('bootstrap', () => {
  it('repeats with the seed, takes any statistic, and says null where there is nothing to say', () => {
    const values = [0.1, 0.5, 0.2, 0.9, 0.4, 0.3];
    const median = (units: Int32Array) => {
      const drawn = Array.from(units, (i) => values[i] ?? 0).sort((a, b) => a - b);
      return drawn[Math.floor(drawn.length / 2)] ?? null;
    };
    const interval = bootstrapInterval(6, median, { random: createRandom(3) });
    expect(bootstrapInterval(6, median, { random: createRandom(3) })).toEqual(interval);
    expect(interval?.low).toBeLessThan(0.4);
    expect(interval?.high).toBeGreaterThan(0.4);
    expect(bootstrapInterval(1, median, { random: createRandom(3) })).toBeNull();
    expect(bootstrapInterval(6, () => null, { random: createRandom(3) })).toBeNull();
    expect(pairedBootstrap([0.2, 0.2], { random: createRandom(3) })).toMatchObject({ low: 0.2, high: 0.2 });
  });
});

describe('many rows', () => {
  it('the saddlepoint agrees with the exact permutation test on either side of where it takes over', () => {
    for (const drift of [0.505, 0.52, 0.53, 0.55]) {
      const random = createRandom('drift', drift);
      const graded = Array.from({ length: 2000 }, () => ((random.next() < drift ? 1 : -1) * (1 + random.int(3))) / 4);
      const exact = pairedPermutationTest(graded, { random });
      const approximate = pairedPermutationTest([...graded, 0.25, -0.25], { random });
      expect(Math.abs(Math.log(approximate / exact)), `${drift}`).toBeLessThan(0.01);
    }
    const random = createRandom('draws');
    const values = Array.from({ length: 2001 }, () => random.next() - 0.487);
    const drawn = pairedPermutationTest(values.slice(1), { random, draws: 20_000 });
    expect(Math.abs(pairedPermutationTest(values, { random }) - drawn)).toBeLessThan(0.02);
  });

  it('takes a million differences, and all of them alike, without a hang or a value outside [0, 1]', () => {
    const random = createRandom('million');
    const many = Float64Array.from({ length: 1_000_000 }, () => random.next() - 0.5);
    expect(pairedPermutationTest(Array.from(many), { random })).toBeGreaterThan(0);
    expect(pairedPermutationTest(new Array<number>(200_000).fill(0.1), { random })).toBeLessThan(1e-300);
    expect(pairedPermutationTest(new Array<number>(3000).fill(0), { random })).toBe(1);
    const balanced = Array.from({ length: 3000 }, (_, index) => (index % 2 === 0 ? 0.3 : -0.3));
    expect(pairedPermutationTest(balanced, { random })).toBe(1);
  });
});

describe('differences of quantiles', () => {
  const normal = (random: Random) =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const sides = (run: number, n: number, slower: number) => {
    const random = createRandom('quantile', run);
    const rows = Array.from({ length: n }, () => 0.6 * normal(random));
    const side = (factor: number) => rows.map((row) => factor * Math.exp(0.7 * row + 0.5 * normal(random)));
    return [side(800), side(800 * slower)] as const;
  };

  it('holds the truth at least as often as it says, and has no interval where the rows cannot bear one', () => {
    expect(coverage(300, (run) => quantileDifferenceInterval(...sides(run, 100, 1), 0.95), 0)).toBeGreaterThan(0.95);
    expect(quantileDifferenceInterval(...sides(1, 30, 1), 0.95)).toBeNull();
    expect(quantileDifferenceInterval([1], [2], 0.5)).toBeNull();
    expect(quantileDifferenceInterval([], [], 0.5)).toBeNull();
  });

  it('tests without refusing too many equal sides, and sees a slower one', () => {
    const refused = (slower: number) =>
      Array.from({ length: 200 }, (_, run) => quantileDifferenceTest(...sides(run, 100, slower), 0.5)).filter(
        (p) => p < 0.05,
      ).length / 200;
    expect(refused(1)).toBeLessThan(0.06);
    expect(refused(1.5)).toBeGreaterThan(0.6);
    expect(quantileDifferenceTest([1, 1, 1], [1, 1, 1], 0.95)).toBe(1);
  });
});

describe('power', () => {
  it('needs more rows for smaller effects, and grouping raises the deviation that counts', () => {
    const rows = [0.2, 0.1, 0.05, 0.02].map((effect) => requiredRows(effect, 0.45));
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(rows[2]).toBe(638);
    expect(requiredRows(0, 0.45)).toBe(Infinity);
    const values = [1, 1, -1, -1];
    expect(effectiveSd(values)).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(effectiveSd(values, ['a', 'a', 'b', 'b'])).toBeCloseTo(2, 12);
  });
});
