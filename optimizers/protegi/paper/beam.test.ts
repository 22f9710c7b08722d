import { describe, expect, it } from 'vitest';
import type { SelectorName } from '../../../src/search/bandits/index.ts';
import { syntheticRun } from '../../../src/search/testing.ts';
import { selectBeam } from './beam.ts';
import { paperOptions } from './options.ts';
import { paperPlan } from './plan.ts';

/** Four prompts that always score what their text says; 60 train rows; 40 pulls for one place. */
async function selected(selector: SelectorName) {
  const run = syntheticRun({
    components: { prompt: '0.5' },
    train: Array.from({ length: 60 }, (_, index) => `t${index}`),
    validation: ['v0'],
    score: ({ prompt }) => Number(prompt),
    author: () => null,
  });
  const drafts = ['0.9', '0.1', '0.7'].map((prompt) => ({
    components: { prompt },
    parents: [run.task.baseline],
    operator: 'x',
    reason: 'x',
  }));
  for (const draft of drafts) run.task.record.propose(draft);
  const options = paperOptions.parse({ preset: 'paper', selector, a: 0.01, c: 0.01 });
  const plan = { ...paperPlan(options), beam: 1, selectionBudget: 40, rowsPerPull: 4, armsPerRound: 2 };
  const next = await selectBeam(run.task, options, plan, run.candidates, 1);
  const pulls = ['c0', 'c1', 'c2', 'c3'].map((id) => run.paid.filter((paid) => paid.candidateId === id).length);
  return { run, next, pulls };
}

describe('selectBeam', () => {
  // By hand. uniform: 40 / 4. successive rejects: n = 6, 8, 12; c2 leaves, then c0, then c3. Halving: 2 rounds, floor(40 / (4·2)) = 5, then
  // floor(40 / (2·2)) = 10 more for c1 and c3. UCB, UCB-E with hardly any bonus: 4 rows each, then the two best, 4 rows a time.
  it.each([
    ['uniform', [10, 10, 10, 10]],
    ['successive-rejects', [8, 12, 6, 12]],
    ['successive-halving', [5, 15, 5, 15]],
    ['ucb', [4, 16, 4, 16]],
    ['ucb-e', [4, 16, 4, 16]],
  ] as const)('%s pulls %j', async (selector, expected) => {
    const { next, pulls } = await selected(selector);
    expect(pulls).toEqual(expected);
    expect(next.beam.map(({ id }) => id)).toEqual(['c1']);
    expect(next.pulls).toBe(pulls.reduce((sum, n) => sum + n, 0));
  });

  it('compares all prompts on the same rows, train rows only', async () => {
    const { run } = await selected('successive-halving');
    const rowsOf = (id: string) => run.paid.filter((paid) => paid.candidateId === id).map((paid) => paid.rowId);
    expect(rowsOf('c3')).toEqual(rowsOf('c1'));
    expect(rowsOf('c0')).toEqual(rowsOf('c1').slice(0, 5));
    expect(run.paid.every((paid) => paid.rowId.startsWith('t'))).toBe(true);
  });
});
