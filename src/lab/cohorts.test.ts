import { describe, expect, it } from 'vitest';
import type { Row } from '../domain/dataset.ts';
import type { Rollout } from '../domain/rollout.ts';
import { metricRef } from './aggregate.ts';
import { cohortRows, cohortValue } from './aggregate-values.ts';
import { cohortTable } from './cohorts.ts';

const rows: Row[] = Array.from({ length: 120 }, (_, i) => ({
  id: `r${i}`,
  input: 'x'.repeat(10 + i),
  expected: i % 3 === 0 ? 'escalate' : 'answer',
  context: [],
  cohort: i < 100 ? 'web' : 'phone',
  metadata: { ticket: `T${i}`, language: i % 2 ? 'en' : 'de', source: 'export' },
}));
const row: Row = { id: 'one', input: 'x', context: [], metadata: {} };
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

  it('tells the language of inputs where rows do not say it, and joins fields', () => {
    const texts = [
      'Wo bleibt mein Paket? Ich warte seit Montag darauf und niemand geht ans Telefon.',
      'Where is my parcel? I have been waiting since Monday and nobody answers the phone.',
    ];
    const mixed = rows.map(({ metadata, ...row }, i) => ({
      ...row,
      input: `${texts[i % 2]} (${i})`,
      metadata: { tier: i % 4 < 2 ? 'gold' : 'plain' },
    }));
    const told = cohortTable(mixed, rollouts, ['routing']).filter(({ field }) => field === 'language');
    expect(told.map(({ value, rows: n }) => [value, n])).toEqual([
      ['de', 60],
      ['en', 60],
    ]);
    expect(cohortValue(mixed[0] ?? row, 'tier&language')).toBe('gold&de');
    expect(cohortValue(mixed[0] ?? row, 'tier&nothing')).toBeNull();
    expect(cohortRows(metricRef('routing@cohort[tier&language=plain&en]'), mixed)).toHaveLength(30);
    // What a row says of itself comes first, and too little text says nothing.
    expect(cohortValue({ ...row, metadata: { language: 'fr' } }, 'language')).toBe('fr');
    expect(cohortValue({ ...row, input: 'ok' }, 'language')).toBeNull();
    expect(cohortValue({ ...row, metadata: { 'a&b': 1 } }, 'a&b')).toBe('1');
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
