import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { Rollout } from '../domain/rollout.ts';
import { createRandom, type Random } from '../search/random.ts';
import { compareFinalists, compareMetric } from './compare.ts';
import { decide } from './decide.ts';

const rowsOf = (n: number): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    id: `r${i}`,
    input: '',
    expected: i % 4 === 0 ? 'escalate' : 'answer',
    context: [],
    metadata: { customer: `u${Math.floor(i / 5)}` },
  }));

/** One rollout per row; null = missing score. */
const rollouts = (
  values: readonly (number | null)[],
  extra: (i: number) => Rollout['values'] = () => ({}),
): Rollout[] =>
  values.map((value, i) => {
    const right = i % 4 === 0 ? 'escalate' : 'answer';
    const wrong = i % 4 === 0 ? 'answer' : 'escalate';
    return {
      candidateId: 'c',
      rowId: `r${i}`,
      repeat: 0,
      output: value === 1 ? right : wrong,
      steps: [],
      scores: { routing: { value, pass: value === 1, feedback: '', category: null } },
      values: { routing: value, promptTokens: 400, ...extra(i) },
    };
  });
const binary = (n: number, share: number): number[] => Array.from({ length: n }, (_, i) => Number(i < n * share));
const routing: Objective = { metric: 'routing', goal: 'maximize', headline: true };
const options = () => ({ random: createRandom('compare') });

describe('paired comparison', () => {
  it('uses the exact McNemar test on binary rows and leaves rows out where a side is missing', () => {
    const before = [1, 1, 0, 0, 0, 0, 0, 0, 0, null];
    const after = [1, 0, 1, 1, 1, 1, 1, 1, null, 1];
    const found = compareMetric(routing, rowsOf(10), rollouts(before), rollouts(after), options());
    expect(found).toMatchObject({ rows: 8, missing: 2, wins: 6, losses: 1, ties: 1, method: 'mcnemar' });
    expect(found.baseline).toBe(2 / 8);
    expect(found.winner).toBe(7 / 8);
    expect(found.difference).toBe(5 / 8);
    expect(found.pValue).toBeCloseTo(0.125, 12);
    expect(found.interval?.low).toBeLessThan(0);
  });

  it('positive is better, whichever way the goal points', () => {
    const n = 12;
    const before = rollouts(binary(n, 1), (i) => ({ latency: 900 + i * i }));
    const after = rollouts(binary(n, 1), (i) => ({ latency: 700 + i * i - (i % 3) }));
    const found = compareMetric({ metric: 'latency', goal: 'minimize' }, rowsOf(n), before, after, options());
    expect(found).toMatchObject({ wins: n, losses: 0, method: 'permutation' });
    expect(found.difference).toBeCloseTo((found.baseline ?? 0) - (found.winner ?? 0), 9);
    expect(found.difference).toBeGreaterThan(200);
    expect(found.interval?.low).toBeGreaterThan(0);
    expect(found.pValue).toBeCloseTo(2 / 2 ** n, 12);
  });

  it('rows of one customer count once: ten agreeing rows of two customers prove nothing', () => {
    const rows = rowsOf(10);
    const before = rollouts(binary(10, 0));
    const after = rollouts(binary(10, 1));
    const alone = compareMetric(routing, rows, before, after, options());
    const grouped = compareMetric(routing, rows, before, after, {
      ...options(),
      group: (row) => String(row.metadata['customer']),
    });
    expect(alone.pValue).toBeLessThan(0.01);
    expect(grouped).toMatchObject({ pValue: 0.5, method: 'permutation', rows: 10 });
  });

  it('compares recall on the rows of its label, and whole aggregates by exchange', () => {
    const n = 60;
    const before = rollouts(binary(n, 0.2));
    const after = rollouts(binary(n, 0.8));
    const at = (metric: string) => compareMetric({ metric, goal: 'maximize' }, rowsOf(n), before, after, options());
    expect(at('routing.recall[escalate]')).toMatchObject({ rows: 15, method: 'mcnemar', baseline: 0.2, winner: 0.8 });
    const macro = at('routing.macroF1');
    expect(macro).toMatchObject({ rows: n, method: 'permutation', wins: 36, losses: 0 });
    expect(macro.pValue).toBeLessThan(0.01);
    expect(macro.interval?.low).toBeGreaterThan(0);
    expect(macro.interval?.high).toBeGreaterThanOrEqual(macro.difference ?? 1);
  });

  it('says nothing where nothing was measured, and repeats with the seed', () => {
    expect(compareMetric(routing, rowsOf(3), rollouts([null, null, null]), [], options())).toMatchObject({
      baseline: null,
      difference: null,
      pValue: null,
      rows: 0,
      missing: 3,
    });
    const random = createRandom('values');
    const graded = () => Array.from({ length: 30 }, () => random.next());
    const [before, after] = [rollouts(graded()), rollouts(graded())];
    const once = compareMetric(routing, rowsOf(30), before, after, options());
    expect(compareMetric(routing, rowsOf(30), before, after, options())).toEqual(once);
  });
});

describe('verdict', () => {
  const decideOn = (
    objectives: readonly Objective[],
    n: number,
    before: readonly Rollout[],
    ...finalists: readonly Rollout[][]
  ) => {
    const named = finalists.map((each, i) => ({ candidateId: `c${i + 1}`, rollouts: each }));
    return decide(objectives, 'c0', compareFinalists(objectives, rowsOf(n), before, named, options()));
  };

  it('promotes a real gain and says on how many rows it stands', () => {
    const { verdict, candidateId } = decideOn([routing], 60, rollouts(binary(60, 0.5)), rollouts(binary(60, 0.8)));
    expect(verdict.decision).toBe('promote');
    expect(candidateId).toBe('c1');
    expect(verdict.reason).toMatch(/0\.500 to 0\.800 on 60 sealed rows/);
    expect(verdict.metrics[0]).toMatchObject({ metric: 'routing', rows: 60, wins: 18, losses: 0 });
    expect(Object.keys(verdict.metrics[0] ?? {})).not.toContain('sd');
  });

  it('corrects for the number of finalists: what passes alone may not pass among three', () => {
    // 6 wins, 0 losses: p = 0.031 alone, 0.094 among three.
    const before = rollouts(binary(40, 0.5));
    const better = rollouts(binary(40, 0.65));
    expect(decideOn([routing], 40, before, better).verdict.decision).toBe('promote');
    const among = decideOn([routing], 40, before, better, before, before);
    expect(among.verdict.decision).toBe('inconclusive');
    expect(among.verdict.reason).toMatch(/corrected for 3 finalists/);
    expect(among.verdict.metrics[0]?.pValue).toBeCloseTo(3 * 2 * 0.5 ** 6, 12);
  });

  it('takes the next finalist when the first one breaks a constraint', () => {
    const objectives: Objective[] = [routing, { metric: 'promptTokens', goal: 'minimize', limit: 650 }];
    const long = rollouts(binary(60, 0.9), () => ({ promptTokens: 812 }));
    const short = rollouts(binary(60, 0.85), () => ({ promptTokens: 640 }));
    const before = rollouts(binary(60, 0.5));
    const alone = decideOn(objectives, 60, before, long);
    expect(alone.verdict).toMatchObject({ decision: 'do_not_promote' });
    expect(alone.verdict.reason).toMatch(/promptTokens is 812 tokens.*at most 650 tokens/);
    expect(decideOn(objectives, 60, before, long, short)).toMatchObject({
      candidateId: 'c2',
      verdict: { decision: 'promote' },
    });
  });

  it('holds the baseline margin on the sealed rows, also for a cohort', () => {
    const objectives: Objective[] = [
      routing,
      { metric: 'routing.recall[escalate]', goal: 'maximize', notWorseThanBaseline: 0.02 },
    ];
    // The gain is paid for by the escalations (every fourth row).
    const before = rollouts(Array.from({ length: 80 }, (_, i) => Number(i % 4 === 0 || i % 4 === 1)));
    const after = rollouts(Array.from({ length: 80 }, (_, i) => Number(i % 4 !== 0 || i < 40)));
    const { verdict } = decideOn(objectives, 80, before, after);
    expect(verdict.decision).toBe('do_not_promote');
    expect(verdict.reason).toMatch(/recall\[escalate\] is 0\.500 on 20 sealed rows.*at least 0\.980/);
  });

  it('keeps the baseline when nothing beat it, and when the interval excludes a gain', () => {
    const none = decideOn([routing], 60, rollouts(binary(60, 0.5)));
    expect(none).toMatchObject({ candidateId: 'c0', verdict: { decision: 'do_not_promote', metrics: [] } });
    expect(none.verdict.reason).toMatch(/[Nn]o significant gain/);
    const worse = decideOn([routing], 60, rollouts(binary(60, 0.8)), rollouts(binary(60, 0.4)));
    expect(worse.verdict).toMatchObject({ decision: 'do_not_promote' });
    expect(worse).toMatchObject({ candidateId: 'c1', answerId: 'c0' });
    const itself = decide([routing], 'c0', [{ candidateId: 'c0', metrics: [], constraints: [] }]);
    expect(itself).toMatchObject({ candidateId: 'c0', answerId: 'c0' });
  });

  it('answers with an undecided finalist that scored above the baseline, not with one that scored below it', () => {
    const before = rollouts(binary(60, 0.5));
    const above = decideOn([routing], 60, before, rollouts(binary(60, 0.53)));
    expect(above).toMatchObject({ candidateId: 'c1', answerId: 'c1', verdict: { decision: 'inconclusive' } });
    const below = decideOn([routing], 60, before, rollouts(binary(60, 0.48)));
    expect(below).toMatchObject({ candidateId: 'c1', answerId: 'c0', verdict: { decision: 'inconclusive' } });
  });

  it('says how many rows would decide, with the power it promises', () => {
    const before = binary(60, 0.5);
    const after = before.map((value, i) => (i % 6 === 0 ? 1 - value : value)).map((value, i) => (i === 31 ? 1 : value));
    const found = decideOn([routing], 60, rollouts(before), rollouts(after));
    expect(found.verdict.decision).toBe('inconclusive');
    expect(found.verdict.needed?.rows).toBeGreaterThan(60);
    expect(found.verdict.reason).toContain('sealed rows would decide');
    const equal = decideOn([routing], 60, rollouts(before), rollouts(before));
    expect(equal.verdict.reason).toMatch(/a gain of 0\.050/);
    expect(equal.verdict.needed?.rows).toBeGreaterThan(60);
  });

  it('is inconclusive when more than a tenth is missing, however good the rest looks', () => {
    const after = binary(60, 1).map((value, i) => (i < 7 ? null : value));
    const { verdict } = decideOn([routing], 60, rollouts(binary(60, 0.3)), rollouts(after));
    expect(verdict.decision).toBe('inconclusive');
    expect(verdict.reason).toMatch(/missing on 7 of 60/);
    const unmeasured: Objective[] = [routing, { metric: 'costPerCall', goal: 'minimize', limit: 1 }];
    expect(decideOn(unmeasured, 60, rollouts(binary(60, 0.3)), rollouts(binary(60, 1))).verdict.decision).toBe(
      'inconclusive',
    );
  });
});

describe('false promotions, with all candidates truly equal', () => {
  const runs = 1000;
  const n = 40;
  const promotions = (draw: (random: Random) => number) => {
    const rows = rowsOf(n);
    let promoted = 0;
    for (let run = 0; run < runs; run++) {
      const random = createRandom('null', run);
      const values = () => rollouts(Array.from({ length: n }, () => draw(random)));
      const before = values();
      const finalists = Array.from({ length: 1 + (run % 3) }, (_, i) => ({
        candidateId: `c${i + 1}`,
        rollouts: values(),
      }));
      const compared = compareFinalists([routing], rows, before, finalists, { random, resamples: 20, draws: 250 });
      if (decide([routing], 'c0', compared).verdict.decision === 'promote') promoted += 1;
    }
    return promoted / runs;
  };

  it('stay below 5 % for binary scores', () => {
    expect(promotions((random) => Number(random.next() < 0.6))).toBeLessThanOrEqual(0.05);
  });

  it('stay below 5 % for graded scores, and are not impossible', () => {
    const share = promotions((random) => random.next() ** 2);
    expect(share).toBeLessThanOrEqual(0.05);
    expect(share).toBeGreaterThan(0.005);
  });
});
