import { describe, expect, it } from 'vitest';
import type { Candidate } from '../domain/candidate.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { createRandom } from '../search/random.ts';
import { needsOf } from './ablation-needs.ts';
import { ablationPairs, variantsOf } from './ablation-plan.ts';

const candidate = (id: string, text: string, ...parents: string[]): Candidate => ({
  id,
  components: { prompt: text },
  parents,
  operator: 'reflect',
  reason: '',
});
const baseline = candidate('c0', 'Sort.');
const first = candidate('c1', 'Sort.\nLaw is urgent.', 'c0');
const winner = candidate('c2', 'Sort.\nLaw is urgent.\nPress is feedback.', 'c1');
const all = [baseline, first, winner];
const variants = variantsOf(baseline, winner, all);

const open = Array.from({ length: 12 }, (_, index) => `r${index}`);
const validation = open.slice(8);
const pairs = (scores: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
  ablationPairs(
    variants,
    baseline,
    winner,
    all,
    { open, validation, scoreOf: ({ id }, rowId) => scores[id]?.[rowId] ?? null },
    createRandom(1),
  ).map(({ variant, rowId }) => [variant.hunk.added.trim(), rowId]);

describe('variantsOf', () => {
  it('leaves each change out, and knows a text that exists already', () => {
    expect(variants.map(({ candidate: { id, components } }) => [id, components['prompt']])).toEqual([
      ['c2-without-1', 'Sort.\nPress is feedback.'],
      ['c1', 'Sort.\nLaw is urgent.'],
    ]);
  });
});

describe('ablationPairs', () => {
  it('takes the rows that each change fixed when it was made, by turns', () => {
    const found = pairs({
      c0: { r1: 0, r2: 0, r3: 1 },
      c1: { r1: 1, r3: 1, r4: 0, r5: 0 },
      c2: { r4: 1, r5: 1 },
    });
    expect(found[0]).toEqual(['Law is urgent.', 'r1']);
    expect(found.map(([change, rowId]) => `${change} ${rowId}`).sort()).toEqual([
      'Law is urgent. r1',
      'Press is feedback. r4',
      'Press is feedback. r5',
    ]);
  });

  it('takes what the winner gained where nothing is known of the origin, and a sample of validation after that', () => {
    const gained = pairs({ c0: { r1: 0, r2: 1 }, c2: { r1: 1, r2: 1 } });
    expect(gained.sort()).toEqual([
      ['Law is urgent.', 'r1'],
      ['Press is feedback.', 'r1'],
    ]);
    const sampled = pairs({ c2: { r1: 1 } });
    expect(sampled).toHaveLength(2 * validation.length);
    for (const [, rowId] of sampled) expect(validation).toContain(rowId);
  });
});

describe('needsOf', () => {
  const rollout = (candidateId: string, rowId: string, value: number | null): MeasuredRollout => ({
    candidateId,
    rowId,
    repeat: 0,
    output: '',
    values: { right: value },
    scores: { right: { value, pass: value === 1, category: null } },
  });
  const measured = new Map([
    ['c2', [rollout('c2', 'r1', 1), rollout('c2', 'r2', 1), rollout('c2', 'r3', 0), rollout('c2', 'r5', 1)]],
    [
      'c2-without-1',
      [
        rollout('c2-without-1', 'r1', 0),
        rollout('c2-without-1', 'r2', 1),
        rollout('c2-without-1', 'r3', 0.5),
        rollout('c2-without-1', 'r4', 0),
        rollout('c2-without-1', 'r5', null),
      ],
    ],
  ]);

  it('counts rows with both sides measured, in the direction of the headline', () => {
    expect(needsOf(variants, 'c2', measured, { metric: 'right', goal: 'maximize' })).toEqual([
      { rows: 3, needing: ['r1'], betterWithout: ['r3'] },
      { rows: 0, needing: [], betterWithout: [] },
    ]);
    expect(needsOf(variants, 'c2', measured, { metric: 'right', goal: 'minimize' })[0]).toEqual({
      rows: 3,
      needing: ['r3'],
      betterWithout: ['r1'],
    });
  });
});
