import { describe, expect, it } from 'vitest';
import type { Row } from '../../domain/dataset.ts';
import type { Gate } from '../../domain/gate.ts';
import { goalOf } from '../../domain/objective.ts';
import type { MeasuredRollout } from '../../domain/rollout.ts';
import { createRandom } from '../../search/random.ts';
import { metricRef } from '../aggregate.ts';
import { byRow } from '../aggregate-values.ts';
import { compareMetric } from '../compare.ts';
import { decisionOf } from './decision.ts';
import { judgeRules } from './judge.ts';
import { gateRules } from './rules.ts';

interface Cell {
  readonly right: boolean | null;
  readonly latency?: number;
}

const rowsOf = (count: number, cohorts = 1): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    input: '',
    expected: index % 2 === 0 ? 'billing' : 'sales',
    context: [],
    cohort: `k${index % cohorts}`,
    metadata: {},
  }));

const rolloutsOf = (rows: readonly Row[], cell: (row: Row, index: number) => Cell): MeasuredRollout[] =>
  rows.map((row, index) => {
    const { right, latency = 100 } = cell(row, index);
    return {
      candidateId: 'c',
      rowId: row.id,
      repeat: 0,
      output: right ? String(row.expected) : 'other',
      values: { latency, promptTokens: 50 },
      scores: { queue: { value: right === null ? null : Number(right), pass: right === true, category: null } },
    };
  });

const all = (right: boolean) => (): Cell => ({ right });
const firstWrong =
  (wrong: number) =>
  (_row: Row, index: number): Cell => ({ right: index >= wrong });

function judge(
  gates: readonly Gate[],
  rows: readonly Row[],
  candidate: (row: Row, index: number) => Cell,
  baseline: ((row: Row, index: number) => Cell) | null = null,
  ood: { readonly rows: readonly Row[]; readonly margin: number } | null = null,
) {
  const rules = gateRules({ suite: [], request: gates, headline: 'queue', hasBaseline: baseline !== null, rows, ood });
  const every = [...rows, ...(ood?.rows ?? [])];
  const before = baseline && byRow(rolloutsOf(every, baseline));
  const after = byRow(rolloutsOf(every, candidate));
  const random = createRandom(1, 'test');
  const better = rules.filter(({ rule }) => rule === 'better').map(({ metric }) => metric);
  const compared = new Map(
    before
      ? better.map((metric) => {
          const goal = goalOf(metricRef(metric));
          return [metric, compareMetric({ metric, goal }, rows, before, after, { random })] as const;
        })
      : [],
  );
  return decisionOf(judgeRules(rules, { baseline: before, candidate: after, compared, random }));
}

describe('thresholds', () => {
  const rows = rowsOf(200);

  it('go by the measured value, and name metric, value and bound', () => {
    const { decision, reason, rules } = judge([{ metric: 'queue.recall[billing]', min: 0.98 }], rows, firstWrong(6));
    expect(decision).toBe('do_not_promote');
    expect(reason).toMatch(/^do_not_promote: queue\.recall\[billing\] 0\.970 < 0\.98/);
    expect(rules).toMatchObject([
      { rule: 'min', metric: 'queue.recall[billing]', observed: 0.97, bound: 0.98, rows: 100, outcome: 'fail' },
    ]);
    expect(judge([{ metric: 'queue.recall[billing]', min: 0.97 }], rows, firstWrong(6)).decision).toBe('promote');
  });

  it('tell of values that are hardly below', () => {
    const many = rowsOf(10_000);
    expect(judge([{ metric: 'queue', min: 0.98 }], many, firstWrong(201)).reason).toContain('queue 0.9799 < 0.98');
  });

  it('take any aggregate, tokens and time included', () => {
    const slow = (_row: Row, index: number): Cell => ({ right: true, latency: index < 4 ? 3_000 : 100 });
    const { rules } = judge(
      [
        { metric: 'latency.p99', max: 2_000 },
        { metric: 'promptTokens', max: 50 },
        { metric: 'queue@cohort[cohort=k0]', min: 0.9 },
      ],
      rows,
      slow,
    );
    expect(rules.map(({ outcome }) => outcome)).toEqual(['fail', 'pass', 'pass']);
    expect(rules[0]?.text).toMatch(
      /^latency\.p99 3,000 ms > 2,000 ms; no interval; 200 rows do not prove it, about 368 rows would$/,
    );
    expect(rules[2]).toMatchObject({ cohort: { field: 'cohort', value: 'k0' } });
  });

  it('say when the rows are too few to prove it, and with `confident` leave it open', () => {
    const few = rowsOf(40);
    const { rules, decision } = judge([{ metric: 'queue', min: 0.9 }], few, firstWrong(2));
    expect(decision).toBe('promote');
    expect(rules[0]).toMatchObject({ outcome: 'pass', underPowered: true });
    expect(rules[0]?.rowsNeeded).toBeGreaterThan(40);
    expect(rules[0]?.text).toMatch(
      /^queue 0\.950 ≥ 0\.9; 95 % interval 0\.8\d\d to 0\.9\d\d; 40 rows do not prove it, about \d+ rows would$/,
    );
    const open = judge([{ metric: 'queue', min: 0.9, confident: true }], few, firstWrong(2));
    expect(open).toMatchObject({ decision: 'inconclusive', rules: [{ outcome: 'inconclusive' }] });
    expect(judge([{ metric: 'queue', min: 0.9, confident: true }], rowsOf(800), firstWrong(8)).decision).toBe(
      'promote',
    );
  });

  it('hold in each cohort', () => {
    const { rules, decision } = judge(
      [{ metric: 'queue', min: 0.9, perCohort: 'cohort' }],
      rowsOf(300, 3),
      ({ cohort }, index) => ({ right: cohort !== 'k2' || index % 2 === 0 }),
    );
    expect(decision).toBe('do_not_promote');
    expect(rules.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['queue', 'fail'],
      ['queue@cohort[cohort=k0]', 'pass'],
      ['queue@cohort[cohort=k1]', 'pass'],
      ['queue@cohort[cohort=k2]', 'fail'],
    ]);
  });
});

describe('missing scores', () => {
  const gap =
    (missing: number) =>
    (_row: Row, index: number): Cell => ({ right: index < missing ? null : true });

  it('decide nothing beyond a tenth', () => {
    const { decision, reason } = judge([{ metric: 'queue', min: 0.5 }], rowsOf(100), gap(11));
    expect([decision, reason]).toEqual([
      'inconclusive',
      'inconclusive: queue is missing on 11 of 100 rows, too many to judge it',
    ]);
    expect(judge([{ metric: 'queue', min: 0.5 }], rowsOf(100), gap(10)).decision).toBe('promote');
  });

  it('are held to a coverage of their own', () => {
    const { decision, rules } = judge([{ metric: 'queue', coverage: 0.95 }], rowsOf(100), gap(6));
    expect(decision).toBe('inconclusive');
    expect(rules).toMatchObject([{ rule: 'coverage', observed: 0.94, bound: 0.95, missing: 6 }]);
    expect(rules[0]?.text).toBe('coverage of queue 0.94 < 0.95 (6 of 100 rows without a value)');
  });
});

describe('against the baseline', () => {
  const rows = rowsOf(200);
  const half = (_row: Row, index: number): Cell => ({ right: index % 2 === 0 });

  it('the headline must be better, unless a gate asks something else of it', () => {
    expect(judge([], rows, all(true), half)).toMatchObject({
      decision: 'promote',
      rules: [{ rule: 'better', source: 'headline', difference: 0.5, outcome: 'pass' }],
    });
    expect(judge([], rows, half, all(true)).reason).toMatch(
      /^do_not_promote: queue is not better than the baseline: 1\.000 to 0\.500/,
    );
    const same = judge([], rows, half, half);
    expect(same.decision).toBe('inconclusive');
    expect(judge([{ metric: 'queue', notWorseThanBaseline: 0 }], rows, half, half)).toMatchObject({
      decision: 'promote',
      rules: [{ rule: 'not-worse', source: 'request' }],
    });
  });

  it('a gain that may be luck is open, with the rows that would decide', () => {
    const slightly = (_row: Row, index: number): Cell => ({ right: index % 2 === 0 || index < 8 });
    const { decision, rules } = judge([], rows, slightly, (row, index) => ({
      right: index % 2 === 0 && index > 1 ? true : index === 1 || half(row, index).right,
    }));
    expect(decision).toBe('inconclusive');
    expect(rules[0]?.rowsNeeded).toBeGreaterThan(200);
    expect(rules[0]?.text).toMatch(/is not shown to be better.*; 200 rows do not prove it, about [\d,]+ rows would$/);
  });

  it('a shown loss fails, in the cohort where it is', () => {
    const gates: Gate[] = [{ metric: 'queue', notWorseThanBaseline: 0.02, perCohort: 'cohort' }];
    const spread = rowsOf(400, 4);
    const { decision, rules, reason } = judge(gates, spread, ({ cohort }) => ({ right: cohort !== 'k3' }), all(true));
    expect(decision).toBe('do_not_promote');
    expect(rules.find(({ cohort }) => cohort?.value === 'k3')).toMatchObject({
      outcome: 'fail',
      difference: -1,
      rows: 100,
    });
    expect(rules.find(({ cohort }) => cohort?.value === 'k0')).toMatchObject({ outcome: 'pass', difference: 0 });
    expect(reason).toMatch(/is worse than the baseline by more than 0\.02/);
  });

  it('corrects for the number of cohorts: what convicts one of one is in doubt as one of eight', () => {
    const lossIn =
      (lost: number) =>
      ({ cohort }: Row, index: number): Cell => ({ right: cohort !== 'k0' || index >= lost });
    const outcome = (cohorts: number) =>
      judge(
        [{ metric: 'queue', notWorseThanBaseline: 0, perCohort: 'cohort' }],
        rowsOf(40 * cohorts, cohorts),
        lossIn(7 * cohorts),
        all(true),
      ).rules.find(({ cohort }) => cohort?.value === 'k0')?.outcome;
    expect(outcome(1)).toBe('fail');
    expect(outcome(8)).toBe('inconclusive');
  });

  it('a cohort that is too small to tell passes, says so, and with `confident` does not pass', () => {
    const few = rowsOf(20, 2);
    const { decision, rules } = judge(
      [{ metric: 'queue', notWorseThanBaseline: 0.02, perCohort: 'cohort' }],
      few,
      all(true),
      all(true),
    );
    expect(decision).toBe('promote');
    expect(rules[1]).toMatchObject({ outcome: 'pass', underPowered: true, rows: 10 });
    expect(rules[1]?.text).toMatch(/10 such rows do not prove it, about \d+ such rows would$/);
    const strict = judge(
      [{ metric: 'queue', notWorseThanBaseline: 0.02, perCohort: 'cohort', confident: true }],
      few,
      all(true),
      all(true),
    );
    expect(strict.decision).toBe('inconclusive');
  });

  it('the slice of other rows may not lose more than its margin', () => {
    const other = { rows: rowsOf(100).map((row) => ({ ...row, id: `ood/${row.id}` })), margin: 0.05 };
    const better = (row: Row, index: number): Cell =>
      row.id.startsWith('ood/') ? { right: index % 2 === 0 } : { right: true };
    const before = (row: Row, index: number): Cell => (row.id.startsWith('ood/') ? { right: true } : half(row, index));
    const { decision, rules, reason } = judge([], rows, better, before, other);
    expect(decision).toBe('do_not_promote');
    expect(rules.map(({ source, slice, outcome }) => [source, slice, outcome])).toEqual([
      ['headline', 'dataset', 'pass'],
      ['ood', 'ood', 'fail'],
    ]);
    expect(reason).toMatch(/worse than the baseline by more than 0\.05.*on the other rows \(ood\)/);
  });

  it('is open without one', () => {
    expect(judge([{ metric: 'queue', notWorseThanBaseline: 0 }], rows, all(true)).reason).toBe(
      'inconclusive: queue has no baseline to be compared with',
    );
  });
});
