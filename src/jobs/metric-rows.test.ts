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
  const rows = new MetricRows([
    { metric: 'routing', goal: 'maximize' },
    { metric, goal: 'maximize' },
  ]);
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
