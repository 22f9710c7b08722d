import { describe, expect, it } from 'vitest';
import { createRandom } from '../../search/random.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { incompleteBeta } from './beta.ts';
import { binomialTest, clopperPearsonInterval } from './binomial.ts';
import { bcaInterval } from './bootstrap.ts';
import golden from './golden/golden.json' with { type: 'json' };
import { holm } from './holm.ts';
import { mcnemarExact } from './mcnemar.ts';
import { meanInterval } from './mean-interval.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { tangoInterval } from './paired-proportions.ts';
import { pairedPermutationTest } from './permutation.ts';
import { minimumDetectableEffect, requiredRows } from './power.ts';
import { quantile, quantileInterval } from './quantile.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';
import { wilsonInterval } from './wilson.ts';

/** Relative above 1, absolute below: `digits` decimals either way. */
function near(actual: number | undefined, expected: number, tolerance = 1e-10) {
  expect(actual).toBeDefined();
  const error = Math.abs((actual ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

function nearAll(actual: readonly number[], expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) near(value, expected[i] ?? Number.NaN, 1e-14);
}

describe('against scipy (golden/generate.py)', () => {
  it('normal', () => {
    for (const { x, p } of golden.normalCdf) {
      near(normalCdf(x), p, 1e-15);
      if (p > 0) near(normalCdf(x) / p, 1, 1e-12);
    }
    for (const { p, x } of golden.normalQuantile) near(normalQuantile(p), x, 1e-12);
  });

  it('incomplete beta and Student t', () => {
    for (const { x, a, b, value } of golden.incompleteBeta) near(incompleteBeta(x, a, b), value, 1e-11);
    for (const { t, df, p } of golden.studentTCdf) near(studentTCdf(t, df), p, 1e-11);
    for (const { p, df, t } of golden.studentTQuantile) near(studentTQuantile(p, df), t, 1e-9);
  });

  it('intervals of a proportion', () => {
    for (const { k, n, level, low, high } of golden.wilson) {
      const interval = wilsonInterval(k, n, level);
      near(interval?.low, low);
      near(interval?.high, high);
    }
    for (const { k, n, level, low, high } of golden.clopperPearson) {
      const interval = clopperPearsonInterval(k, n, level);
      near(interval?.low, low);
      near(interval?.high, high);
    }
    for (const { wins, losses, n, low, high } of golden.tango) {
      const interval = tangoInterval(wins, losses, n);
      near(interval.low, low, 1e-6); // scipy's limits come from a numerical maximisation
      near(interval.high, high, 1e-6);
    }
  });

  it('binomial and McNemar tests', () => {
    for (const { k, n, p, exact, midP } of golden.binomial) {
      near(binomialTest(k, n, p), exact);
      near(binomialTest(k, n, p, { midP: true }), midP);
    }
    for (const { wins, losses, p } of golden.mcnemar) near(mcnemarExact(wins, losses), p);
  });

  it('multiplicity', () => {
    for (const { p, adjusted } of golden.holm) nearAll(holm(p), adjusted);
    for (const { p, adjusted } of golden.benjaminiHochberg) nearAll(benjaminiHochberg(p), adjusted);
  });

  it('means and quantiles', () => {
    for (const { values, low, high } of golden.meanInterval) {
      near(meanInterval(values)?.low, low);
      near(meanInterval(values)?.high, high);
    }
    for (const { values, p, value } of golden.quantile) near(quantile(values, p), value, 1e-14);
    for (const { values, p, low, high } of golden.quantileInterval) {
      const interval = quantileInterval(values, p);
      near(interval?.low, low);
      near(interval?.high, high);
    }
  });

  it('BCa from the same bootstrap distribution', () => {
    for (const { data, level, distribution, low, high } of golden.bca) {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const jackknife = data.map((value) => (mean * data.length - value) / (data.length - 1));
      const interval = bcaInterval(distribution, mean, jackknife, level);
      near(interval.low, low, 1e-9);
      near(interval.high, high, 1e-9);
    }
  });

  it('paired permutation test, enumerated and on a lattice', () => {
    for (const { differences, p } of golden.permutation) {
      near(pairedPermutationTest(differences, { random: createRandom('unused') }), p);
    }
  });

  it('power: the effect has the promised power under the non-central t', () => {
    for (const { rows, sd, alpha, power, mde, exactPower } of golden.power) {
      near(minimumDetectableEffect(rows, sd, { alpha, power }), mde, 1e-9);
      expect(Math.abs(exactPower - power)).toBeLessThan(0.015);
      expect(requiredRows(mde * 1.0000001, sd, { alpha, power })).toBe(rows);
    }
  });
});
