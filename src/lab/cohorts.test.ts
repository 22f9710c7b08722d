import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { Rollout } from '../domain/rollout.ts';
import { cohortTable } from './cohorts.ts';

const rows: Row[] = Array.from({ length: 120 }, (_, i) => ({
  id: `r${i}`,
  input: 'x'.repeat(10 + i),
  expected: i % 3 === 0 ? 'escalate' : 'answer',
  context: [],
  cohort: i < 100 ? 'web' : 'phone',
  metadata: { ticket: `T${i}`, language: i % 2 ? 'en' : 'de', source: 'export' },
}));
/** Fails on every phone row, passes elsewhere; five web rows have no score. */
const rollouts: Rollout[] = rows.map(({ id }, i) => {
  const value = i < 5 ? null : Number(i < 100);
  const score = { value, pass: value === 1, feedback: '', category: null };
  return { candidateId: 'c1', rowId: id, repeat: 0, output: '', steps: [], scores: { routing: score }, values: {} };
});

describe('cohort table', () => {
  const table = cohortTable(rows, rollouts, ['routing']);
  const find = (field: string, value: string) => table.find((each) => each.field === field && each.value === value);

  it('gives the fail rate of each cohort with its rows, missing ones and interval', () => {
    expect(find('cohort', 'phone')?.evaluators[0]).toMatchObject({ failRate: 1, rows: 20, missing: 0 });
    expect(find('cohort', 'web')?.evaluators[0]).toMatchObject({ failRate: 0, rows: 95, missing: 5 });
    expect(find('cohort', 'phone')?.evaluators[0]?.interval?.low).toBeGreaterThan(0.8);
  });

  it('finds the fields that divide the rows, and no identifiers or constants', () => {
    expect([...new Set(table.map(({ field }) => field))]).toEqual(['cohort', 'language', 'inputLength', 'label']);
    const quartiles = table.filter(({ field }) => field === 'inputLength');
    expect(quartiles).toHaveLength(4);
    expect(quartiles.reduce((sum, { rows: n }) => sum + n, 0)).toBe(120);
    expect(find('label', 'escalate')?.rows).toBe(40);
    // Every short ticket of an all-different key would otherwise be a cohort of one row.
    const few = cohortTable(rows.slice(0, 8), rollouts, ['routing']);
    expect(few.some(({ field }) => field === 'ticket')).toBe(false);
  });

  it('flags cohorts that are too small to say anything, by the margin asked for', () => {
    expect(find('cohort', 'web')?.underPowered).toBe(false);
    const strict = cohortTable(rows, rollouts, ['routing'], { margin: 0.06 });
    expect(strict.filter(({ field }) => field === 'cohort').map(({ underPowered }) => underPowered)).toEqual([
      false,
      true,
    ]);
    expect(cohortTable(rows, rollouts, ['routing'], { margin: 0.2 }).every(({ underPowered }) => !underPowered)).toBe(
      true,
    );
    expect(cohortTable(rows, [], ['routing']).every(({ underPowered }) => underPowered)).toBe(true);
  });
});
