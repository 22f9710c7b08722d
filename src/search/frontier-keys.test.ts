import { describe, expect, it } from 'vitest';
import type { Objective } from '../domain/objective.ts';
import type { Measured, SearchRow } from './contract.ts';
import { type FrontierType, frontierKeys } from './frontier-keys.ts';

const objectives: Objective[] = [
  { metric: 'routing', goal: 'maximize' },
  { metric: 'latency', goal: 'minimize' },
];
const row = (id: string, tier: string): SearchRow => ({
  id,
  input: '',
  expected: '',
  context: '',
  metadata: { tier, plan: { tier } },
});
const rows = [row('a', 'gold'), row('b', 'free')];

function measured(rowId: string, score: number | null, latency: number | null, pass = false): Measured {
  const values = { routing: score, latency };
  const scores = { routing: { value: score, pass, feedback: '', category: null } };
  const rollout = { candidateId: 'c0', rowId, repeat: 0, output: '', steps: [], scores, values };
  return { rowId, score, values, pass, feedback: '', category: null, rollout };
}
const validation = {
  measured: [measured('a', 0.5, 20), measured('b', null, 30)],
  values: { routing: 0.5, latency: 25 },
};
const keys = (type: FrontierType, list = objectives) => frontierKeys(type, list, rows)(validation);

describe('frontierKeys', () => {
  it('instance: a key per row with a score', () => {
    expect(keys('instance')).toEqual([['row a', 0.5]]);
  });

  it('objective: aggregates, minimized ones negated', () => {
    expect(keys('objective')).toEqual([
      ['objective routing', 0.5],
      ['objective latency', -25],
    ]);
  });

  it('hybrid: both', () => {
    expect(keys('hybrid')).toEqual([...keys('instance'), ...keys('objective')]);
  });

  it('cartesian: each row under each objective that it has a value of', () => {
    expect(keys('cartesian')).toEqual([
      ['row a × objective routing', 0.5],
      ['row a × objective latency', -20],
      ['row b × objective latency', -30],
    ]);
  });

  it('cartesian: a cohort speaks of its rows only, and a pass rate is 0 or 1 on a row', () => {
    const list: Objective[] = [
      { metric: 'latency@cohort[tier=free]', goal: 'minimize' },
      { metric: 'latency@cohort[plan.tier=gold]', goal: 'minimize' },
      { metric: 'routing.passRate', goal: 'maximize' },
    ];
    expect(keys('cartesian', list)).toEqual([
      ['row a × objective latency@cohort[plan.tier=gold]', -20],
      ['row a × objective routing.passRate', 0],
      ['row b × objective latency@cohort[tier=free]', -30],
    ]);
  });

  it('an aggregate without a value gives no key', () => {
    const unknown = { ...validation, values: { routing: null, latency: 25 } };
    expect(frontierKeys('objective', objectives, rows)(unknown)).toEqual([['objective latency', -25]]);
  });
});
