import { describe, expect, it } from 'vitest';
import type { Components } from '../../../src/domain/prompt.ts';
import { checkInvariants, type SyntheticRun, scriptedRandom, syntheticRun } from '../../../src/search/testing.ts';
import { gepa } from '../index.ts';

/**
 * A chain of two steps. A row is solved when the text of either step solves it; `v6` and `t2` are solved by any text.
 *
 *          t1 t2 t3 t4   v1 v2 v3 v4 v5 v6
 *     a0    .  .  .  .    .  .  .  .  x  .
 *     a1    x  .  .  .    x  x  .  .  .  .
 *     a2    .  .  x  x    x  .  .  .  x  .
 *     b0    .  .  .  .    .  .  .  .  .  .
 *     b1    .  .  x  .    .  .  x  .  .  .
 *     b2    .  .  .  x    .  .  .  x  .  .
 *    any    .  x  .  .    .  .  .  .  .  x
 */
const SOLVES: Record<string, string> = {
  a0: 'v5',
  a1: 't1 v1 v2',
  a2: 't3 t4 v1 v5',
  b0: '',
  b1: 't3 v3',
  b2: 't4 v4',
  any: 't2 v6',
};
const solved = (components: Components, rowId: string) =>
  [...Object.values(components), 'any'].some((text) => SOLVES[text]?.split(' ').includes(rowId));

/** What the reflection model answers, call by call; null = it fails. */
const ANSWERS = ['a1', 'b1', 'b2', 'a2', null];
/** Which survivor of the frontier (oldest first) becomes the parent, by iteration. */
const PARENTS: Record<number, number> = { 0: 0, 1: 0, 3: 1, 4: 1, 5: 0, 6: 1 };

function run(): SyntheticRun {
  return syntheticRun({
    components: { a: 'a0', b: 'b0' },
    train: ['t1', 't2', 't3', 't4'],
    validation: ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'],
    score: (components, rowId) => Number(solved(components, rowId)),
    author: (_request, n) => {
      const instruction = ANSWERS[n] ?? null;
      return instruction === null ? null : JSON.stringify({ diagnosis: `answer ${n}`, instruction });
    },
    random: (purpose, step) =>
      purpose === 'gepa/parent' ? scriptedRandom({ weighted: [PARENTS[Number(step)] ?? 99] }) : scriptedRandom(),
  });
}

describe('gepa, preset reference, on a chain with recorded answers', () => {
  it('takes every decision of the specification', async () => {
    const task = run();
    const end = await gepa
      .prepare({ preset: 'reference', minibatchSize: 2, stop: { maxProposals: 6 } })
      .search(task.task);
    checkInvariants(task);

    expect(task.notes).toEqual([
      // The seed on all of validation: v5, v6.
      note('frontier', { added: 'c0', mean: 2 / 6, best: 'c0', leads: { c0: 6 } }),

      // 0: t1, t2 with c0: 0 + 1. Component a. a1 solves t1 too: 2 > 1.
      note('frontier', { added: 'c1', mean: 3 / 6, best: 'c1', leads: { c0: 4, c1: 5 } }),
      note('reflection', {
        iteration: 0,
        parent: 'c0',
        rows: ['t1', 't2'],
        components: ['a'],
        child: 'c1',
        outcome: 'accepted',
        sums: [1, 2],
        compared: 2,
      }),

      // 1: a merge is due, but two members can have no common ancestor. Parent c0 (drawn); its pointer says b. b1 solves t3: 1 > 0.
      // c0 has the lowest mean and c2 or c1 stands on each of its fronts: pruned.
      note('merge', { iteration: 1, outcome: 'none', reason: 'no pair fulfils the conditions' }),
      note('frontier', { added: 'c2', mean: 3 / 6, best: 'c1', leads: { c1: 4, c2: 4 } }),
      note('reflection', {
        iteration: 1,
        parent: 'c0',
        rows: ['t3', 't4'],
        components: ['b'],
        child: 'c2',
        outcome: 'accepted',
        sums: [0, 1],
        compared: 2,
      }),

      // 2: c1 changed a, c2 changed b, c0 is better than neither. Screen: c1 wins v1, v2; c2 wins v3, v5; one tie. 3 ≥ max(2, 2).
      note('frontier', { added: 'c3', mean: 4 / 6, best: 'c3', leads: { c2: 4, c3: 5 } }),
      note('merge', {
        iteration: 2,
        first: 'c1',
        second: 'c2',
        ancestor: 'c0',
        sources: { a: 'c1', b: 'c2' },
        child: 'c3',
        rows: ['v1', 'v2', 'v3', 'v5', 'v4'],
        outcome: 'accepted',
        sums: [2, 2, 3],
        compared: 5,
      }),

      // 3: no merge after a merge. The merge used up the chunk t1, t2. c3 goes on with the further pointer of c1 (b) and c2 (a): b.
      // b2 wins t4 and loses t3: 1 is not more than 1.
      note('reflection', {
        iteration: 3,
        parent: 'c3',
        rows: ['t3', 't4'],
        components: ['b'],
        child: 'c4',
        outcome: 'rejected',
        sums: [1, 1],
        compared: 2,
      }),

      // 4: c3 solves t1 and t2.
      note('skipped', { iteration: 4, parent: 'c3', rows: ['t1', 't2'], reason: 'every score is perfect' }),

      // 5: c2 goes on with a: a2 solves t4 too. c1 and c2 are now covered by c3 and c5, c0 as before.
      note('frontier', { added: 'c5', mean: 4 / 6, best: 'c3', leads: { c3: 5, c5: 5 } }),
      note('reflection', {
        iteration: 5,
        parent: 'c2',
        rows: ['t3', 't4'],
        components: ['a'],
        child: 'c5',
        outcome: 'accepted',
        sums: [1, 2],
        compared: 2,
      }),

      // 6: a merge is due again. c3 and c5 share c2 and c0, but both changed a, and b is the same: nothing to combine. Then c5 with b:
      // the reflection model fails, and the sixth proposal was the last.
      note('merge', { iteration: 6, outcome: 'none', reason: 'no pair fulfils the conditions' }),
      note('reflection', {
        iteration: 6,
        parent: 'c5',
        rows: ['t1', 't2'],
        components: ['b'],
        outcome: 'unusable',
        reason: 'the reflection model gave no usable answer',
      }),
    ]);
    expect(end).toEqual({ stop: 'search-complete' });

    expect(
      task.candidates.map(({ id, components, parents, operator }) => ({ id, components, parents, operator })),
    ).toEqual([
      { id: 'c0', components: { a: 'a0', b: 'b0' }, parents: [], operator: 'baseline' },
      { id: 'c1', components: { a: 'a1', b: 'b0' }, parents: ['c0'], operator: 'reflect' },
      { id: 'c2', components: { a: 'a0', b: 'b1' }, parents: ['c0'], operator: 'reflect' },
      { id: 'c3', components: { a: 'a1', b: 'b1' }, parents: ['c1', 'c2'], operator: 'merge' },
      { id: 'c4', components: { a: 'a1', b: 'b2' }, parents: ['c3'], operator: 'reflect' },
      { id: 'c5', components: { a: 'a2', b: 'b1' }, parents: ['c2'], operator: 'reflect' },
    ]);
    expect(task.fates).toEqual([
      { candidateId: 'c1', fate: 'accepted', reason: 'minibatch sum 2 > 1' },
      { candidateId: 'c2', fate: 'accepted', reason: 'minibatch sum 1 > 0' },
      { candidateId: 'c3', fate: 'accepted', reason: 'screen sum 3 > 2' },
      { candidateId: 'c4', fate: 'rejected', reason: 'minibatch sum 1 = 1' },
      { candidateId: 'c5', fate: 'accepted', reason: 'minibatch sum 2 > 1' },
    ]);
    expect(task.validated).toEqual(['c0', 'c1', 'c2', 'c3', 'c5']);
    expect(task.candidates.slice(1).map((candidate) => candidate.reason)).toEqual([
      'reflected on t1, t2; a: answer 0',
      'reflected on t3, t4; b: answer 1',
      'common ancestor c0; a from c1, b from c2',
      'reflected on t3, t4; b: answer 2',
      'reflected on t3, t4; a: answer 3',
    ]);
  });

  it('pays for each pair of candidate and row once, in the order of the decisions', async () => {
    const task = run();
    await gepa.prepare({ preset: 'reference', minibatchSize: 2, stop: { maxProposals: 6 } }).search(task.task);
    const paid = task.paid.map(({ candidateId, rowId }) => `${candidateId} ${rowId}`);
    const all = (id: string) => ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'].map((rowId) => `${id} ${rowId}`);
    expect(paid).toEqual([
      ...all('c0'),
      ...['c0 t1', 'c0 t2', 'c1 t1', 'c1 t2', ...all('c1')],
      ...['c0 t3', 'c0 t4', 'c2 t3', 'c2 t4', ...all('c2')],
      // The screen of the merge is part of its full validation.
      ...['c3 v1', 'c3 v2', 'c3 v3', 'c3 v5', 'c3 v4', 'c3 v6'],
      ...['c3 t3', 'c3 t4', 'c4 t3', 'c4 t4'],
      ...['c3 t1', 'c3 t2'],
      // c2 was measured on t3 and t4 as a child.
      ...['c5 t3', 'c5 t4', ...all('c5')],
      ...['c5 t1', 'c5 t2'],
    ]);
    expect(task.ledger.spent.rollouts).toBe(paid.length);
  });
});

const note = (kind: string, detail: object) => ({ kind, detail });
