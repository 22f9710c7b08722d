import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa } from './kappa.ts';

/** Given to so many decimals where it was published. */
function near(actual: number | null | undefined, published: number, digits = 4) {
  expect(actual).not.toBeNull();
  expect(actual ?? Number.NaN).toBeCloseTo(published, digits);
}

describe('published values', () => {
  // SAS/STAT User's Guide, PROC FREQ; also a test case of statsmodels (stats/tests/test_inter_rater.py, table10).
  const table = [
    [0, 4, 1],
    [0, 8, 0],
    [0, 1, 5],
  ];
  it('SAS: kappa 0.4842, 95 % 0.2137 to 0.7547', () => {
    const kappa = cohenKappa(table);
    near(kappa?.value, 0.4842);
    near(kappa?.interval?.low, 0.2137);
    near(kappa?.interval?.high, 0.7547);
  });

  it('SAS: weighted kappa 0.4701, 95 % 0.1845 to 0.7558', () => {
    const kappa = cohenKappa(table, { weights: 'linear' });
    near(kappa?.value, 0.4701);
    near(kappa?.interval?.low, 0.1845);
    near(kappa?.interval?.high, 0.7558);
  });

  it('Fleiss, Statistical Methods for Rates and Proportions, two psychologists: 0.6765, standard error 0.0877', () => {
    const kappa = cohenKappa([
      [75, 1, 4],
      [5, 4, 1],
      [0, 0, 10],
    ]);
    near(kappa?.value, 0.6765);
    near(((kappa?.interval?.high ?? 0) - (kappa?.interval?.low ?? 0)) / (2 * 1.959964), 0.0877, 3);
    near(kappa?.observed, 0.89, 10);
    near(kappa?.expected, 0.66, 10);
  });

  it('quadratic weights are 1 minus mean squared difference over that of chance (Fleiss and Cohen 1973)', () => {
    const kappa = cohenKappa(table, { weights: 'quadratic', positions: [0, 0.5, 1] });
    const pairs = table.flatMap((row, i) =>
      row.flatMap((count, j) => Array.from({ length: count }, () => [i, j] as const)),
    );
    const square = ([i, j]: readonly [number, number]) => (i - j) ** 2;
    const seen = pairs.reduce((total, pair) => total + square(pair), 0) / pairs.length;
    const chance =
      pairs.reduce((total, [i]) => total + pairs.reduce((inner, [, j]) => inner + square([i, j]), 0), 0) /
      pairs.length ** 2;
    near(kappa?.value, 1 - seen / chance, 12);
  });
});

describe('what holds for every table', () => {
  const tables = fc
    .integer({ min: 1, max: 5 })
    .chain((size) =>
      fc.array(fc.array(fc.nat(30), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
    );

  it('lies between −1 and 1, inside its interval, and does not care which rater is the first', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom('none', 'linear', 'quadratic'), (table, weights) => {
        const kappa = cohenKappa(table, { weights });
        const turned = cohenKappa(
          table.map((_, i) => table.map((row) => row[i] ?? 0)),
          { weights },
        );
        expect(kappa === null).toBe(table.flat().every((count) => count === 0));
        if (!kappa || kappa.value === null) return;
        expect(kappa.value).toBeLessThanOrEqual(1 + 1e-12);
        expect(kappa.value).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(kappa.interval?.low).toBeLessThanOrEqual(kappa.value + 1e-9);
        expect(kappa.interval?.high).toBeGreaterThanOrEqual(kappa.value - 1e-9);
        near(turned?.value, kappa.value, 9);
      }),
    );
  });

  it('full agreement is 1 with a lower end that knows how few there were', () => {
    const of = (count: number) =>
      cohenKappa([
        [count, 0],
        [0, count],
      ]);
    expect(of(5)).toMatchObject({ value: 1, interval: { high: 1 } });
    expect(of(5)?.interval?.low).toBeLessThan(0.5);
    expect(of(200)?.interval?.low).toBeGreaterThan(0.95);
  });

  it('is not defined when one category is all that there is, and null without ratings', () => {
    expect(
      cohenKappa([
        [9, 0],
        [0, 0],
      ]),
    ).toMatchObject({ value: null, interval: null, observed: 1 });
    expect(
      cohenKappa([
        [0, 0],
        [0, 0],
      ]),
    ).toBeNull();
    expect(() => cohenKappa([[1, 2]])).toThrow(RangeError);
  });
});
