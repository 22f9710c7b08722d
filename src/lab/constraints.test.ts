import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { Objective } from '../domain/objective.ts';
import type { Rollout } from '../domain/rollout.ts';
import { createRandom, type Random } from '../search/random.ts';
import { byRow } from './aggregate-values.ts';
import { compareFinalists } from './compare.ts';
import { decide } from './decide.ts';
import { violationOf } from './violation.ts';

const COHORTS = 8;
const rowsOf = (perCohort: number): Row[] =>
  Array.from({ length: COHORTS * perCohort }, (_, i) => ({
    id: `r${i}`,
    input: '',
    context: [],
    metadata: { tier: `t${i % COHORTS}` },
  }));
const rollouts = (safety: readonly (number | null)[], routing: readonly number[] = safety.map(() => 1)): Rollout[] =>
  safety.map((value, i) => {
    const score = (each: number | null) => ({ value: each, pass: each === 1, feedback: '', category: null });
    const values = { safety: value, routing: routing[i] ?? 0, promptTokens: 400 };
    const scores = { safety: score(value), routing: score(routing[i] ?? 0) };
    return { candidateId: 'c', rowId: `r${i}`, repeat: 0, output: '', steps: [], scores, values };
  });
const safe = (margin: number): Objective[] => [
  { metric: 'routing', goal: 'maximize', headline: true },
  { metric: 'safety', goal: 'maximize', notWorseThanBaseline: margin, perCohort: 'tier' },
];
const decided = (objectives: readonly Objective[], rows: readonly Row[], before: Rollout[], ...after: Rollout[][]) => {
  const random = createRandom('judged');
  const finalists = after.map((own, i) => ({ candidateId: `c${i + 1}`, rollouts: own }));
  return decide(
    objectives,
    'c0',
    compareFinalists(objectives, rows, before, finalists, { random, resamples: 30, draws: 200 }),
  );
};
const judged = (...parts: Parameters<typeof decided>) => decided(...parts).verdict;

/** A prompt against itself: each row has a probability of its own, and both sides draw from it. The headline gains. */
function noisyTwins(rows: readonly Row[], random: Random, draw: (p: number) => number) {
  const p = rows.map(() => 0.5 + random.next() / 2);
  const side = () => p.map(draw);
  const half = rows.map((_, i) => i % 2);
  return [
    rollouts(side(), half),
    rollouts(
      side(),
      rows.map(() => 1),
    ),
  ] as const;
}

describe('a percentile that may not be worse', () => {
  const status = (count: number, slower: number, margin: number) => {
    const rows = rowsOf(count / COHORTS);
    const random = createRandom('latency', count);
    const timed = (factor: number) =>
      rollouts(rows.map(() => 1)).map((each) => ({
        ...each,
        values: { ...each.values, latency: factor * (500 + 500 * random.next()) },
      }));
    const objectives: Objective[] = [
      { metric: 'routing', goal: 'maximize', headline: true },
      { metric: 'latency.p95', goal: 'minimize', notWorseThanBaseline: margin },
    ];
    const { verdict } = decided(objectives, rows, timed(1), timed(slower));
    return verdict.constraints[0]?.status;
  };

  it('is broken when many rows say so, in doubt when the few that there are do, and holds for a faster prompt', () => {
    expect(status(400, 2, 100)).toBe('broken');
    expect(status(40, 10, 100)).not.toMatch(/holds|under-powered/);
    expect(status(400, 0.5, 0)).toBe('holds');
    expect(status(400, 1.05, 400)).toBe('holds');
  });
});

describe('not worse than the baseline, in each of 8 cohorts', () => {
  it.each([
    ['binary', 0],
    ['binary', 0.05],
    ['graded', 0],
  ] as const)('hardly ever refuses an identical prompt: %s scores, margin %d, 25 rows a cohort', (kind, margin) => {
    const rows = rowsOf(25);
    const runs = 400;
    const decisions = { promote: 0, do_not_promote: 0, inconclusive: 0 };
    for (let run = 0; run < runs; run++) {
      const random = createRandom('twins', kind, run);
      const draw =
        kind === 'binary'
          ? (p: number) => Number(random.next() < p)
          : (p: number) => Math.min(1, p * random.next() * 2);
      const { decision } = judged(safe(margin), rows, ...noisyTwins(rows, random, draw));
      decisions[decision] += 1;
    }
    expect(decisions.do_not_promote / runs).toBeLessThanOrEqual(0.05);
    expect(decisions.inconclusive / runs).toBeLessThanOrEqual(0.2);
  });

  it('finds the one cohort that pays for the gain, names it, and says what was lost', () => {
    const rows = rowsOf(25);
    const before = rollouts(
      rows.map(() => 1),
      rows.map((_, i) => i % 2),
    );
    const after = rollouts(rows.map((row, i) => Number(row.metadata['tier'] !== 't3' || i % 3 === 0)));
    const { decision, reason, constraints } = judged(safe(0), rows, before, after);
    expect(decision).toBe('do_not_promote');
    expect(reason).toMatch(/safety@cohort\[tier=t3\] is 0\.\d+ on 25 sealed rows and must be at least 1\.000/);
    const broken = constraints.filter(({ status }) => status === 'broken').map(({ metric }) => metric);
    expect(broken).toEqual(['safety', 'safety@cohort[tier=t3]']);
    expect(constraints.filter(({ metric }) => metric.includes('@'))).toHaveLength(COHORTS);
  });

  it('says of few rows that they are few, what they do not exclude and how many would do', () => {
    const rows = rowsOf(6);
    const before = rollouts(
      rows.map(() => 1),
      rows.map(() => 0),
    );
    const after = rollouts(rows.map((_, i) => Number(i !== 3)));
    const { decision, reason, constraints } = judged(safe(0), rows, before, after);
    expect(decision).toBe('promote');
    expect(reason).toMatch(
      /too few rows to show that it holds \(safety@cohort\[tier=t3\]: 6 rows do not exclude a loss/,
    );
    const weak = constraints.find(({ metric }) => metric === 'safety@cohort[tier=t3]');
    expect(weak).toMatchObject({ status: 'under-powered', losses: 1, wins: 0, rows: 6 });
    expect(weak?.worstLoss).toBeGreaterThan(1 / 6);
    expect(weak?.rowsNeeded).toBeGreaterThan(6);
  });

  it('is undecided where a loss is likely and not sure', () => {
    const rows = rowsOf(12).filter((row) => row.metadata['tier'] === 't0');
    const before = rows.map(() => 1);
    const lost = rollouts(before.map((_, i) => Number(i >= 4)));
    const gained = before.map(() => 0);
    const objectives: Objective[] = [
      { metric: 'routing', goal: 'maximize', headline: true },
      { metric: 'safety', goal: 'maximize', notWorseThanBaseline: 0 },
    ];
    const ids = rows.map((row) => row.id);
    const on = (all: Rollout[]) => all.map((rollout, i) => ({ ...rollout, rowId: ids[i] ?? '' }));
    const { decision, reason, constraints } = judged(objectives, rows, on(rollouts(before, gained)), on(lost));
    expect(constraints[0]).toMatchObject({ status: 'doubtful', losses: 4, pValue: expect.closeTo(0.0625, 9) });
    expect(decision).toBe('inconclusive');
    expect(reason).toMatch(/safety may be worse.*4 lost and 0 won of 12 sealed rows.*such rows would tell/);
  });

  it('is no answer while it leaves a constraint in doubt, or unknown: another undecided finalist is, or the baseline', () => {
    const rows = rowsOf(8);
    const routing = (right: number) => rows.map((_, i) => Number(i < right));
    const safety = (lost: number) => rows.map((_, i) => Number(i >= lost));
    const objectives: Objective[] = [
      { metric: 'routing', goal: 'maximize', headline: true },
      { metric: 'safety', goal: 'maximize', notWorseThanBaseline: 0 },
    ];
    const before = rollouts(safety(0), routing(32));
    const doubtful = rollouts(safety(4), routing(50));
    const unknown = rollouts(
      rows.map(() => null),
      routing(50),
    );
    const harmless = rollouts(safety(0), routing(35));
    const verdict = { decision: 'inconclusive' };
    const on = (...after: Rollout[][]) => decided(objectives, rows, before, ...after);
    expect(on(doubtful)).toMatchObject({ candidateId: 'c1', answerId: 'c0', verdict });
    expect(on(unknown)).toMatchObject({ candidateId: 'c1', answerId: 'c0', verdict });
    expect(on(doubtful, harmless)).toMatchObject({ candidateId: 'c2', answerId: 'c2', verdict });
  });

  it('shows non-inferiority where the rows suffice, and keeps a limit to the letter', () => {
    const rows = rowsOf(100);
    const same = rollouts(
      rows.map((_, i) => Number(i % 9 !== 0)),
      rows.map(() => 0),
    );
    const better = rollouts(rows.map((_, i) => Number(i % 9 !== 0)));
    const [margin, limit] = [safe(0.05), [...safe(0.05), { metric: 'safety.passRate', goal: 'maximize', limit: 0.89 }]];
    const held = judged(margin, rows, same, better);
    expect(held).toMatchObject({ decision: 'promote' });
    expect(held.reason).toMatch(/every hard constraint holds/);
    expect(held.constraints.every(({ status }) => status === 'holds')).toBe(true);
    expect(judged(limit as Objective[], rows, same, better)).toMatchObject({
      decision: 'do_not_promote',
      reason: expect.stringMatching(/safety\.passRate is 0\.889.*at least 0\.890, the limit of the job/),
    });
  });
});

describe('what a search calls infeasible', () => {
  const rows = rowsOf(8);
  const violation = (before: Rollout[], after: Rollout[], on: readonly Row[] = rows) => {
    const ids = new Set(on.map((row) => row.id));
    return violationOf(safe(0), {
      rows: on,
      all: rows,
      baseline: byRow(before),
      candidate: byRow(after.filter(({ rowId }) => ids.has(rowId))),
    });
  };

  it('is hardly ever a candidate that equals the baseline, on 8 cohorts of 8 rows', () => {
    let infeasible = 0;
    for (let run = 0; run < 400; run++) {
      const random = createRandom('search twins', run);
      const [before, after] = noisyTwins(rows, random, (p) => Number(random.next() < p));
      if (violation(before, after) > 0) infeasible += 1;
    }
    expect(infeasible / 400).toBeLessThanOrEqual(0.05);
  });

  it('is one that the rows convict, the more the more it loses', () => {
    const before = rollouts(rows.map(() => 1));
    const losing = (share: number) => rollouts(rows.map((_, i) => Number(i >= share * rows.length)));
    expect(violation(before, losing(0))).toBe(0);
    expect(violation(before, losing(0.2))).toBeGreaterThan(0);
    expect(violation(before, losing(0.6))).toBeGreaterThan(violation(before, losing(0.2)));
    // A cohort alone convicts, too.
    const cohort = rollouts(rows.map((row) => Number(row.metadata['tier'] !== 't5')));
    expect(violation(before, cohort)).toBeGreaterThan(0);
  });

  it('compares without pairs where the baseline was measured on other rows', () => {
    const here = rows.slice(0, 32);
    const elsewhere = rollouts(rows.map(() => 1)).slice(32);
    expect(violation(elsewhere, rollouts(rows.map((_, i) => Number(i % 3 === 0))), here)).toBeGreaterThan(0);
    expect(violation(elsewhere, rollouts(rows.map((_, i) => Number(i !== 0))), here)).toBe(0);
  });

  it('is one without a score, because what is unknown never wins; rows that it is not about say nothing', () => {
    expect(violation(rollouts(rows.map(() => 1)), rollouts(rows.map(() => null)))).toBe(1 + COHORTS);
    const gold: Objective[] = [{ metric: 'safety@cohort[tier=gold]', goal: 'maximize', limit: 1 }];
    const nothing = byRow(rollouts(rows.map(() => 0)));
    expect(violationOf(gold, { rows, all: rows, baseline: nothing, candidate: nothing })).toBe(0);
  });
});
