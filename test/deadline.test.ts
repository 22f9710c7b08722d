import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { findings, type RunOptions, runTestJob, type TestJob } from './support/run-job.ts';

const START = Date.UTC(2026, 0, 1);
const SECONDS = 1000;
/** The search stops for want of time, long before its rollouts are used up. */
const JOB: TestJob = {
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'reference' } },
  rows: { train: 20, validation: 24, test: 8 },
  budget: { rollouts: 5000, confirmationRollouts: 32, seconds: SECONDS },
  concurrency: 8,
  seed: 21,
};

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

/** Runs the job with a clock that stands at `second`, and jumps to 90 % of the time once `calls` are answered. */
function run(options: RunOptions & { readonly second: number; readonly calls?: number }) {
  let now = START + options.second * 1000;
  let answered = 0;
  return runTestJob(JOB, server.url, {
    ...options,
    clock: { now: () => new Date(now) },
    startedAt: new Date(START),
    onSettled: () => {
      answered += 1;
      if (answered === options.calls) now = START + 0.9 * SECONDS * 1000;
    },
  });
}

describe('a job that is taken up again when its time is over', () => {
  it('ends as it would have ended: the search counts what was paid for, and asks for nothing more', async () => {
    const whole = await run({ second: 0, calls: 260 });
    expect(whole.outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
    expect(whole.record.curve.length).toBeGreaterThan(2);
    for (const second of [0.9 * SECONDS, 3 * SECONDS]) {
      server.reset();
      const resumed = await run({ second, journal: whole.record.calls });
      expect(findings(resumed)).toEqual(findings(whole));
      expect(server.stats().requests).toBe(0);
    }
  });

  it('keeps what the search found when no time is left to confirm it', async () => {
    const whole = await run({ second: 0, calls: 260 });
    const confirmed = new Set(
      whole.record.rollouts.flatMap(({ rollout, purpose }) =>
        purpose === 'confirmation' ? rollout.steps.map((step) => step.callId) : [],
      ),
    );
    const journal = new Map([...whole.record.calls].filter(([callId]) => !confirmed.has(callId)));
    server.reset();
    const resumed = await run({ second: 3 * SECONDS, journal });
    expect(findings(resumed).curve).toEqual(findings(whole).curve);
    expect(resumed.outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
    expect(resumed.outcome.verdict?.decision).toBe('inconclusive');
    expect(resumed.outcome.winner.id).not.toBe('c0');
    expect(server.stats().requests).toBe(0);
  });
});
