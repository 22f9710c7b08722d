import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import { MetricRows } from './metric-rows.ts';

const row = (tier: string, expected: string): Row => ({
  id: `${tier}-${expected}`,
  input: 'x',
  expected,
  context: [],
  cohort: tier,
  metadata: { tier },
});

function check(metric: string) {
  const rows = new MetricRows([{ metric: 'routing' }, { metric }]);
  rows.add('validation', row('gold', 'billing'));
  rows.add('validation', row('plain', 'sales'));
  rows.add('test', row('gold', 'billing'));
  return () => rows.check(['validation', 'test']);
}

describe('metrics that are about some rows only', () => {
  it.each([
    'routing',
    'promptTokens',
    'routing.f1[nobody]',
    'routing@cohort[tier=gold]',
    'routing@cohort[cohort=gold]',
    'routing.recall[billing]',
    'routing.recall[billing]@cohort[tier=gold]',
  ])('%s can be measured', (metric) => {
    expect(check(metric)).not.toThrow();
  });

  it.each([
    ['routing@cohort[tier=glod]', 'validation'],
    ['routing@cohort[teir=gold]', 'validation'],
    ['routing@cohort[tier=plain]', 'test'],
    ['routing.recall[biling]', 'validation'],
    ['routing.recall[sales]@cohort[tier=gold]', 'validation'],
  ])('%s is refused for want of %s rows', (metric, split) => {
    expect(check(metric)).toThrow(
      expect.objectContaining({
        code: 'unprocessable',
        message: expect.stringContaining(`no ${split} row`),
        errors: [expect.objectContaining({ path: 'objectives.1.metric' })],
      }),
    );
  });
});

describe('a constraint in each cohort of a field', () => {
  const rowsWith = (perCohort: string, values: number) => {
    const rows = new MetricRows([{ metric: 'routing', perCohort }]);
    for (const split of ['validation', 'test'] as const) {
      for (let i = 0; i < values; i++) rows.add(split, row(`tier-${i}`, 'billing'));
    }
    return () => rows.check(['validation', 'test']);
  };

  it('needs a field that divides the rows', () => {
    expect(rowsWith('tier', 50)).not.toThrow();
    expect(rowsWith('cohort', 2)).not.toThrow();
    const refusal = (message: RegExp) =>
      expect.objectContaining({
        message: expect.stringMatching(message),
        errors: [expect.objectContaining({ path: 'objectives.0.perCohort' })],
      });
    expect(rowsWith('teir', 2)).toThrow(refusal(/no validation row has the field "teir"/));
    expect(rowsWith('tier', 51)).toThrow(refusal(/more than 50 values/));
  });
});
