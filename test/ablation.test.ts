import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import type { Rollout } from '../src/domain/rollout.ts';
import { needsOf } from '../src/jobs/ablation-needs.ts';
import { variantsOf } from '../src/jobs/ablation-plan.ts';
import { expectLedgerEqualsRecord, expectWithinBudget } from './support/books.ts';
import { findings, runTestJob, type TestJob, type TestRun } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

/** Ends with its ideas, not with its budget. */
const JOB: TestJob = {
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'racing', stop: { maxProposals: 14 } } },
  rows: { train: 24, validation: 16, test: 24 },
  budget: { rollouts: 900, confirmationRollouts: 96 },
  ablation: true,
  concurrency: 16,
  seed: 3,
};
const ablated = ({ record }: TestRun) => record.rollouts.filter(({ purpose }) => purpose === 'ablation');
const keys = (run: TestRun) =>
  ablated(run)
    .map(({ rollout: { candidateId, rowId, output } }) => `${candidateId} ${rowId} ${output}`)
    .sort();

describe('ablation of the winner', () => {
  it('measures it without each change on open rows, with a tenth of the rollouts at most, and decides nothing', async () => {
    const run = await runTestJob(JOB, server.url);
    const { outcome, record, job } = run;
    expect(outcome).toMatchObject({ status: 'succeeded' });
    expect(outcome.winner.id).not.toBe('c0');
    const rollouts = ablated(run);
    expect(rollouts.length).toBeGreaterThan(0);
    expect(rollouts.length).toBeLessThanOrEqual(90);
    const sealed = new Set(
      record.rollouts.filter(({ purpose }) => purpose === 'confirmation').map(({ rollout }) => rollout.rowId),
    );
    for (const { rollout } of rollouts) expect(sealed.has(rollout.rowId)).toBe(false);
    expect(run.sealedReads).toHaveLength(1);
    expectWithinBudget(run);
    expectLedgerEqualsRecord(run);

    const without = await runTestJob({ ...JOB, ablation: false }, server.url);
    expect(ablated(without)).toEqual([]);
    expect(findings(run)).toEqual(findings(without));

    const rolloutsOf = new Map<string, Rollout[]>();
    for (const { rollout } of record.rollouts)
      rolloutsOf.set(rollout.candidateId, [...(rolloutsOf.get(rollout.candidateId) ?? []), rollout]);
    const variants = variantsOf(outcome.baseline, outcome.winner, record.candidates);
    const headline = job.objectives[0];
    if (!headline) throw new Error('no objective');
    const needs = needsOf(variants, outcome.winner.id, rolloutsOf, headline);
    expect(needs.some(({ needing }) => needing.length > 0)).toBe(true);
  });

  it('replays from the journal, rollout for rollout', async () => {
    const gone = await startSimulatedModel();
    const first = await runTestJob(JOB, gone.url);
    await gone.close();
    const second = await runTestJob(JOB, gone.url, { journal: first.record.calls });
    expect(keys(second)).toEqual(keys(first));
    expect(keys(first).length).toBeGreaterThan(0);
    expect(second.ledger.spent).toEqual(first.ledger.spent);
  });

  it('stops where the money ends, and leaves the rest unmeasured', async () => {
    const whole = await runTestJob(JOB, server.url);
    const { tokens } = whole.ledger.spent;
    const run = await runTestJob({ ...JOB, budget: { ...JOB.budget, tokens: tokens + 200 } }, server.url);
    expect(run.outcome.status).toBe('succeeded');
    expect(run.outcome.verdict).not.toBeNull();
    expectWithinBudget(run);
    expectLedgerEqualsRecord(run);
    expect(ablated(run).length).toBeLessThan(ablated(whole).length);
  });

  it('takes what little is left, and nothing when the baseline stays', async () => {
    const tight = await runTestJob({ ...JOB, budget: { rollouts: 60, confirmationRollouts: 96 } }, server.url);
    expectWithinBudget(tight);
    expect(ablated(tight).length).toBeLessThanOrEqual(6);
    const none = await runTestJob({ ...JOB, budget: { rollouts: 2, confirmationRollouts: 96 } }, server.url);
    expect(none.outcome.winner.id).toBe('c0');
    expect(ablated(none)).toEqual([]);
  });
});
