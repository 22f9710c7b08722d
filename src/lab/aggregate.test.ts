import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { Rollout } from '../domain/rollout.ts';
import type { ErrorCategory } from '../domain/suite.ts';
import { createRandom } from '../search/random.ts';
import { aggregateMetric, metricRef, metricValues } from './aggregate.ts';
import { byRow } from './aggregate-values.ts';
import { compareMetric } from './compare.ts';

interface Made {
  readonly output?: string;
  readonly value?: number | null;
  readonly pass?: boolean;
  readonly repeat?: number;
  readonly values?: Rollout['values'];
  readonly error?: ErrorCategory;
}

const row = (id: string, extra: Partial<Row> = {}): Row => ({ id, input: id, context: [], metadata: {}, ...extra });
const rollout = (
  rowId: string,
  { output = '', value = null, pass, repeat = 0, values = {}, error }: Made,
): Rollout => ({
  candidateId: 'c1',
  rowId,
  repeat,
  output,
  steps: [],
  ...(error && { error: { category: error, message: error } }),
  scores: { routing: { value, pass: pass ?? value === 1, feedback: '', category: null } },
  values: { routing: value, ...values },
});
const of = (metric: string, rows: readonly Row[], rollouts: readonly Rollout[]) =>
  aggregateMetric(metricRef(metric), rows, rollouts, { random: createRandom('aggregate') });

describe('means and rates', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => row(id));
  const rollouts = [
    rollout('a', { value: 1 }),
    rollout('b', { value: 0.5, pass: true }),
    rollout('c', { value: 0 }),
    rollout('d', { value: null }),
  ];

  it('leaves missing scores out and counts them: neither 0 nor 1', () => {
    expect(of('routing', rows, rollouts)).toMatchObject({ value: 0.5, rows: 3, missing: 2 });
    expect(of('routing.passRate', rows, rollouts)).toMatchObject({ value: 2 / 3, rows: 3, missing: 2 });
    expect(of('routing', rows, [])).toEqual({ value: null, rows: 0, missing: 5, interval: null });
    expect(of('nothing', rows, rollouts)).toMatchObject({ value: null, missing: 5 });
  });

  it('averages repeats within the row first', () => {
    const repeats = [
      rollout('a', { value: 1 }),
      rollout('a', { value: 1, repeat: 1 }),
      rollout('a', { value: 1, repeat: 2 }),
      rollout('b', { value: 0 }),
      rollout('b', { value: null, repeat: 1 }),
    ];
    expect(of('routing', rows.slice(0, 2), repeats)).toMatchObject({ value: 0.5, rows: 2, missing: 0 });
  });

  it('gives mid-p to binary scores, an interval within [0, 1] to graded ones, and none to a single latency', () => {
    const ids = Array.from({ length: 10 }, (_, i) => row(String(i)));
    const perfect = ids.map(({ id }) => rollout(id, { value: 1 }));
    const interval = of('routing', ids, perfect).interval;
    expect(interval?.low).toBeCloseTo(0.05 ** 0.1, 6);
    expect(interval?.high).toBe(1);
    const graded = ids.map(({ id }, i) => rollout(id, { value: i % 2 ? 0.9 : 1 }));
    const t = of('routing', ids, graded).interval;
    expect(t?.low).toBeGreaterThan(0.88);
    expect(t?.high).toBeLessThanOrEqual(1);
    // Equal graded scores have no spread; that is no certainty.
    expect(
      of(
        'routing',
        ids,
        ids.map(({ id }) => rollout(id, { value: 0.8 })),
      ).interval?.low,
    ).toBeLessThan(0.6);
    expect(of('latency', ids.slice(0, 1), [rollout('0', { values: { latency: 80 } })]).interval).toBeNull();
  });

  it('the value lies in its interval, for any scores', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 }), (values) => {
        const ids = values.map((_, i) => row(String(i)));
        const { value, interval } = of(
          'routing',
          ids,
          values.map((each, i) => rollout(String(i), { value: each })),
        );
        expect(interval?.low).toBeLessThanOrEqual((value ?? -1) + 1e-12);
        expect(interval?.high).toBeGreaterThanOrEqual((value ?? 2) - 1e-12);
      }),
    );
  });
});

describe('operational metrics', () => {
  const rows = Array.from({ length: 101 }, (_, i) => row(String(i)));
  const rollouts = rows.map(({ id }, i) =>
    rollout(id, { values: { latency: i * 10, promptTokens: 400, costPerCall: i === 0 ? null : 0.001 } }),
  );

  it('percentiles, with an interval only where the rows can bear one', () => {
    expect(of('latency.p50', rows, rollouts).value).toBe(500);
    expect(of('latency.p90', rows, rollouts)).toMatchObject({ value: 900, rows: 101 });
    expect(of('latency.p90', rows, rollouts).interval?.low).toBeLessThan(900);
    expect(of('latency.p99', rows, rollouts)).toMatchObject({ value: 990, interval: null });
    expect(of('latency.median', rows, rollouts).value).toBe(500);
  });

  it('cost without a price is missing, a constant has an exact interval, and tokens do not pass or fail', () => {
    expect(of('costPerCall', rows, rollouts)).toMatchObject({ rows: 100, missing: 1 });
    expect(of('promptTokens', rows, rollouts)).toMatchObject({ value: 400, interval: { low: 400, high: 400 } });
    expect(of('promptTokens.passRate', rows, rollouts).value).toBeNull();
  });

  it('error rate counts every error but a budget stop, which says nothing', () => {
    const some = [rollout('0', {}), rollout('1', { error: 'timeout' }), rollout('2', { error: 'budget-stop' })];
    expect(of('errorRate', rows.slice(0, 3), some)).toMatchObject({ value: 0.5, rows: 2, missing: 1 });
  });
});

describe('labels', () => {
  const cases: [expected: string, output: string][] = [
    ['escalate', ' escalate\n'],
    ['escalate', 'refund'],
    ['escalate', 'escalate'],
    ['refund', 'refund'],
    ['refund', 'escalate'],
    ['other', 'some free text'],
  ];
  const rows = cases.map(([expected], i) => row(String(i), { expected }));
  const rollouts = cases.map(([expected, output], i) =>
    rollout(String(i), { output, value: Number(output.trim() === expected) }),
  );

  it('precision, recall and F1 of a label, with the rows they stand on', () => {
    expect(of('routing.recall[escalate]', rows, rollouts)).toMatchObject({ value: 2 / 3, rows: 3, missing: 0 });
    expect(of('routing.precision[escalate]', rows, rollouts)).toMatchObject({ value: 2 / 3, rows: 3 });
    expect(of('routing.f1[escalate]', rows, rollouts).value).toBeCloseTo(2 / 3, 12);
    expect(of('routing.recall[escalate]', rows, rollouts).interval?.low).toBeCloseTo(0.132, 3);
  });

  it('macro and micro F1 over the labels of the rows: invented text is wrong, but no class', () => {
    // escalate 2/3, refund 1/2, other 0.
    expect(of('routing.macroF1', rows, rollouts).value).toBeCloseTo((2 / 3 + 1 / 2 + 0) / 3, 12);
    // 3 right; 5 predictions of known labels; 6 rows.
    expect(of('routing.microF1', rows, rollouts).value).toBeCloseTo((2 * 3) / (5 + 6), 12);
    // Two rows of a label do not say how often it is found.
    expect(of('routing.macroF1', rows, rollouts).interval).toBeNull();
  });

  it('intervals of F1 need five rows of each label, hold the value, and do not claim certainty when all is right', () => {
    const times = (count: number, output: (expected: string, i: number) => string) => {
      const many = Array.from({ length: count }, (_, i) => ['a', 'b', 'c'][i % 3] ?? '');
      return [
        many.map((expected, i) => row(String(i), { expected })),
        many.map((expected, i) => rollout(String(i), { output: output(expected, i), value: 1 })),
      ] as const;
    };
    for (const count of [30, 300, 6000]) {
      const [rows, rollouts] = times(count, (expected, i) => (i % 10 === 0 ? 'b' : expected));
      for (const metric of ['routing.macroF1', 'routing.microF1', 'routing.f1[a]']) {
        const { value, interval } = of(metric, rows, rollouts);
        expect(interval?.low, metric).toBeLessThan(value ?? 0);
        expect(interval?.high, metric).toBeGreaterThan(value ?? 1);
        expect(of(metric, rows, rollouts)).toEqual(of(metric, rows, rollouts));
      }
      expect(aggregateMetric(metricRef('routing.macroF1'), rows, rollouts).interval).toBeNull();
    }
    const [rows, right] = times(30, (expected) => expected);
    expect(of('routing.macroF1', rows, right)).toMatchObject({ value: 1, interval: { high: 1 } });
    expect(of('routing.macroF1', rows, right).interval?.low).toBeCloseTo(0.905, 2);
  });

  it('compares percentiles and F1 of a hundred thousand rows without standing still', () => {
    const count = 100_000;
    const random = createRandom('many rows');
    const rows = Array.from({ length: count }, (_, i) => row(String(i), { expected: i % 3 === 0 ? 'a' : 'b' }));
    const side = (slow: number, right: number) =>
      rows.map(({ id, expected }) => ({
        ...rollout(id, { output: random.next() < right ? String(expected) : 'a', value: random.next() }),
        values: { routing: random.next(), latency: slow * (1 + random.next()) },
      }));
    const [before, after] = [byRow(side(1, 0.8)), byRow(side(0.9, 0.85))];
    const started = performance.now();
    const found = ['latency.p95', 'routing.macroF1', 'routing'].map((metric) =>
      compareMetric({ metric, goal: metric === 'latency.p95' ? 'minimize' : 'maximize' }, rows, before, after, {
        random,
      }),
    );
    // A resample of all rows for each of them would take minutes.
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(found.map(({ difference }) => (difference ?? 0) > 0.02)).toEqual([true, true, false]);
    for (const { pValue } of found.slice(0, 2)) expect(pValue).toBeLessThan(0.001);
    for (const { interval, difference } of found) {
      expect(interval?.low).toBeLessThan(difference ?? 0);
      expect(interval?.high).toBeGreaterThan(difference ?? 0);
    }
  });

  it('an empty denominator is not 0, and a missing row of another label takes nothing from a recall', () => {
    expect(of('routing.precision[never]', rows, rollouts).value).toBeNull();
    expect(of('routing.recall[never]', rows, rollouts)).toMatchObject({ value: null, rows: 0, missing: 0 });
    const broken = rollouts.map((each, i) => (i === 3 ? rollout('3', { output: 'refund', error: 'timeout' }) : each));
    expect(of('routing.recall[escalate]', rows, broken)).toMatchObject({ rows: 3, missing: 0 });
    expect(of('routing.recall[refund]', rows, broken)).toMatchObject({ value: 0, rows: 1, missing: 1 });
  });

  it("an error of the candidate's own counts as a wrong answer", () => {
    const refused = rollouts.map((each, i) =>
      i === 0 ? rollout('0', { output: 'escalate', value: 0, error: 'refusal' }) : each,
    );
    expect(of('routing.recall[escalate]', rows, refused)).toMatchObject({ value: 1 / 3, rows: 3 });
  });
});

describe('cohort filters and names', () => {
  const rows = [
    row('a', { cohort: 'gold', metadata: { tier: 1, user: { country: 'DE' } } }),
    row('b', { cohort: 'gold', metadata: { tier: 2 } }),
    row('c', { metadata: { tier: 1, 'user.country': 'FR' } }),
  ];
  const rollouts = [rollout('a', { value: 1 }), rollout('b', { value: 0 }), rollout('c', { value: 1 })];

  it('filters by the cohort of the row, by metadata, and by a dotted path', () => {
    expect(of('routing@cohort[cohort=gold]', rows, rollouts)).toMatchObject({ value: 0.5, rows: 2 });
    expect(of('routing@cohort[tier=1]', rows, rollouts)).toMatchObject({ value: 1, rows: 2 });
    expect(of('routing@cohort[user.country=DE]', rows, rollouts).rows).toBe(1);
    expect(of('routing@cohort[user.country=FR]', rows, rollouts).rows).toBe(1);
    expect(of('routing@cohort[toString=x]', rows, rollouts)).toMatchObject({ value: null, rows: 0, missing: 0 });
  });

  it('gives values by name and refuses a name that is none, saying what would be one', () => {
    expect(metricValues(['routing', 'routing@cohort[tier=2]'], rows, rollouts)).toEqual({
      routing: 2 / 3,
      'routing@cohort[tier=2]': 0,
    });
    expect(() => metricRef('routing.best')).toThrow(/routing\.best.*passRate/);
  });
});
