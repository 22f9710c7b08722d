import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { expectLedgerEqualsRecord, expectWithinBudget } from './support/books.ts';
import { findings, runTestJob, type TestJob } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
// Unseeded answers depend on how often a content was asked.
beforeEach(() => server.reset());
afterAll(() => server.close());

const TEST_ROWS = 20;
const job = (change: Partial<TestJob> = {}): TestJob => ({
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'reference' } },
  rows: { train: 30, validation: 20, test: TEST_ROWS },
  budget: { rollouts: 260, confirmationRollouts: 24 + 6 * TEST_ROWS },
  aaRows: 12,
  concurrency: 8,
  seed: 3,
  ...change,
});
const noisy = { model: 'sim-task-noisy', temperature: 1 };
const rounds = (run: Awaited<ReturnType<typeof runTestJob>>) => {
  const confirmed = run.record.rollouts.filter(({ purpose }) => purpose === 'confirmation');
  const finalists = new Set(confirmed.map(({ rollout }) => rollout.candidateId)).size - 1;
  return { finalists, repeats: Math.max(...confirmed.map(({ rollout }) => rollout.repeat)) + 1 };
};

describe('the A/A run', () => {
  it('measures the baseline twice before anything else, and takes nothing from the search', async () => {
    const run = await runTestJob(job(), server.url);
    const first = run.record.rollouts.slice(0, 24);
    for (const { rollout, purpose } of first) expect([rollout.candidateId, purpose]).toEqual(['c0', 'noise']);
    expect(first.filter(({ rollout }) => rollout.repeat === 1)).toHaveLength(12);
    expect(run.record.candidates[0]?.id).toBe('c0');
    expect(run.record.events.filter(({ type }) => type === 'noise')).toHaveLength(1);
    expect(run.progress.find(({ noise }) => noise !== null)?.noise).toEqual(run.outcome.noise);
    expectLedgerEqualsRecord(run);
    expectWithinBudget(run);
  });

  it('finds a cold model deterministic, and its confirmation then repeats nothing', async () => {
    const run = await runTestJob(job(), server.url);
    expect(run.outcome.noise).toMatchObject({ rows: 12, flipRate: 0, sdPerRow: 0, deterministic: true });
    expect(rounds(run)).toMatchObject({ repeats: 1 });
    expect(run.outcome.verdict).toMatchObject({ repeats: 1 });
  });

  it('finds a noisy model noisy, and its confirmation repeats rows as the budget allows', async () => {
    const run = await runTestJob(
      job({ taskModel: noisy, rows: { train: 30, validation: 20, test: TEST_ROWS } }),
      server.url,
    );
    expect(run.outcome.noise?.deterministic).toBe(false);
    expect(run.outcome.noise?.flipRate).toBeGreaterThan(0);
    const { finalists, repeats } = rounds(run);
    expect(finalists).toBeGreaterThan(0);
    expect(repeats).toBe(Math.floor(6 / (1 + finalists)));
    expect(run.outcome.verdict).toMatchObject({ repeats });
    // Averaged within the row: every row counts once.
    for (const metric of run.outcome.verdict?.metrics ?? [])
      expect(metric).toMatchObject({ rows: TEST_ROWS, missing: 0 });
    expectWithinBudget(run);
  });

  it('is left out where the budget does not reach, and the search goes on', async () => {
    const run = await runTestJob(job({ budget: { rollouts: 200, confirmationRollouts: 5 } }), server.url);
    expect(run.outcome).toMatchObject({ status: 'succeeded', noise: null });
    expect(run.record.curve.length).toBeGreaterThan(0);
  });

  it('is the same again from the journal, and changes nothing in the search', async () => {
    const once = await runTestJob(job({ taskModel: noisy }), server.url);
    const again = await runTestJob(job({ taskModel: noisy }), server.url, { journal: once.record.calls });
    expect(again.outcome.noise).toEqual(once.outcome.noise);
    expect(findings(again)).toEqual(findings(once));
    // The search has the first runs for nothing: it goes the same way, and a little further.
    const cold = findings(await runTestJob(job(), server.url)).candidates;
    const without = findings(await runTestJob(job({ aaRows: 0 }), server.url)).candidates;
    expect(without.length).toBeGreaterThan(2);
    expect(cold.slice(0, without.length)).toEqual(without);
  });
});
