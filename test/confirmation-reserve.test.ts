import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import type { Budget } from '../src/domain/budget.ts';
import { runTestJob, type TestJob } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

const TEST_ROWS = 12;
/** Two graders: nearly all of the money goes to the judge. */
const graded = (budget: Budget): TestJob => ({
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'reference' } },
  rows: { train: 20, validation: 20, test: TEST_ROWS },
  budget: { ...budget, confirmationRollouts: 4 * TEST_ROWS },
  concurrency: 4,
  seed: 5,
  evaluators: [
    { id: 'done', type: 'task-completion' },
    { id: 'kept', type: 'prompt-adherence' },
  ],
});

describe('what confirmation needs of a common limit is set aside before the search spends', () => {
  it.each([{ usd: 0.2 }, { tokens: 260_000 }])('also what the judges need, of %o', async (budget) => {
    const { outcome, ledger, sealedReads } = await runTestJob(graded(budget), server.url);
    // The search ended because the common limit did, and found something to confirm.
    expect(outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
    expect(sealedReads).toHaveLength(1);
    expect(ledger.spent.confirmationRollouts).toBe((sealedReads[0] ?? 0) * TEST_ROWS);
    for (const metric of outcome.verdict?.metrics ?? []) expect(metric).toMatchObject({ missing: 0, rows: TEST_ROWS });
    expect(outcome.verdict?.metrics.length).toBeGreaterThan(0);
  });
});
