import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../src/domain/budget.ts';
import { checkInvariants, syntheticRun } from '../src/search/testing.ts';
import { climb } from './climb.ts';

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Row number n is solved by a prompt that holds a number above n; the author writes these numbers in turn. */
function world(texts: readonly string[], rollouts: number) {
  return syntheticRun({
    components: { prompt: 'know 0' },
    train: ids('t', 8),
    validation: ids('v', 8),
    score: (components, rowId) =>
      Number(Number(rowId.slice(1)) < Number(/\d+/.exec(components['prompt'] ?? '')?.[0] ?? 0)),
    author: (_request, n) => JSON.stringify({ diagnosis: 'd', instruction: texts[n % texts.length] }),
    budget: { rollouts },
    seed: 3,
  });
}

async function climbed(texts: readonly string[], rollouts: number) {
  const run = world(texts, rollouts);
  const end = await climb
    .prepare({})
    .search(run.task)
    .then(({ stop }) => stop)
    .catch((error: unknown) => {
      if (error instanceof BudgetExhausted) return 'budget';
      throw error;
    });
  checkInvariants(run);
  const fates = run.fates.map(({ candidateId, fate }) => `${candidateId} ${fate}`);
  return { run, end, fates };
}

describe('the climb', () => {
  it('keeps a child that is better on all of validation, and goes on from there', async () => {
    const { run, end, fates } = await climbed(['know 4', 'know 2', 'know 8'], 1_000);
    expect(fates).toEqual(['c1 accepted', 'c2 rejected', 'c3 accepted']);
    expect(run.candidates.map(({ parents }) => parents)).toEqual([[], ['c0'], ['c1'], ['c1']]);
    expect(end).toBe('nothing-left-to-learn');
  });

  it('reflects on three failures, and measures each child on validation alone', async () => {
    const { run } = await climbed(['know 1', 'know 2', 'know 3'], 60);
    const rows = (id: string) => run.paid.filter(({ candidateId }) => candidateId === id).map(({ rowId }) => rowId);
    expect(rows('c0').filter((rowId) => rowId.startsWith('t')).length).toBe(3);
    expect(run.validated).toContain('c1');
  });

  it('ends with the budget, or when nothing new can be measured', async () => {
    expect((await climbed(['know 1'], 9)).end).toBe('budget');
    expect((await climbed(['know 1'], 1_000)).end).toBe('no-improvement');
  });
});
