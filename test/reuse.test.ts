import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Faults, type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { createRandom } from '../src/search/random.ts';
import { countsOf, expectLedgerEqualsRecord, expectServerAgrees, expectWithinBudget } from './support/books.ts';
import { randomJob } from './support/random-job.ts';
import { findings, type RunOptions, runTestJob, type TestJob } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

async function fresh(job: TestJob, options: RunOptions = {}, faults: Faults = {}) {
  server.reset();
  server.setFaults(faults);
  const run = await runTestJob(job, server.url, options);
  return { run, stats: await countsOf(server) };
}

/** What a job found, without what it has cost. */
function found(run: Parameters<typeof findings>[0]) {
  const { curve, ...rest } = findings(run);
  return { ...rest, curve: curve.map(({ tokens: _tokens, usd: _usd, ...point }) => point) };
}

/** The same job without limits of tokens and money: what it may do does not depend on who pays. */
function byRollouts(job: TestJob): TestJob {
  const { rollouts = 120, confirmationRollouts } = job.budget;
  return { ...job, budget: { rollouts, confirmationRollouts } };
}

describe('a job that reuses the answers of another', () => {
  it('finds what it finds without, and asks neither task nor judge model again', async () => {
    let graded = 0;
    for (let seed = 700; seed < 715; seed++) {
      // An A/A run is measured afresh in every job.
      const job = { ...byRollouts(randomJob(seed)), aaRows: 0 };
      const { run: first } = await fresh(job);
      const { run: second, stats } = await fresh(job, { earlier: first.record.calls });
      expect(found(second), `seed ${seed}`).toEqual(found(first));
      expect(stats.byModel['sim-task'], `seed ${seed}`).toBeUndefined();
      expect(stats.byModel['sim-judge'], `seed ${seed}`).toBeUndefined();
      expect(second.ledger.spent).toMatchObject({
        rollouts: first.ledger.spent.rollouts,
        confirmationRollouts: first.ledger.spent.confirmationRollouts,
        tokens: first.ledger.spent.reflectionTokens,
      });
      expectLedgerEqualsRecord(second);
      graded += [...first.record.calls.values()].some(({ role }) => role === 'judge') ? 1 : 0;
    }
    expect(graded).toBeGreaterThan(0);
  });

  it('replays from its own journal when those answers are gone, cut off anywhere', async () => {
    for (let seed = 720; seed < 735; seed++) {
      const job = byRollouts(randomJob(seed));
      const { run: first } = await fresh(job);
      const { run: second } = await fresh(job, { earlier: first.record.calls });
      const { run: replayed, stats } = await fresh(job, { journal: second.record.calls });
      expect(stats.requests, `seed ${seed}`).toBe(0);
      expect(findings(replayed), `seed ${seed}`).toEqual(findings(second));
      expect(replayed.ledger.spent, `seed ${seed}`).toEqual(second.ledger.spent);

      const kept = second.settled.slice(0, Math.floor(second.settled.length * createRandom(seed, 'cut').next()));
      const journal = new Map(kept.map(({ entry }) => [entry.callId, entry]));
      const { run: resumed } = await fresh(job, { journal, earlier: first.record.calls });
      expect(findings(resumed), `seed ${seed}`).toEqual(findings(second));
      expect(resumed.ledger.spent, `seed ${seed}`).toEqual(second.ledger.spent);
    }
  });

  it('keeps any budget to the unit under faults, and books what it paid itself', async () => {
    let reused = 0;
    for (let seed = 740; seed < 790; seed++) {
      const job = randomJob(seed);
      // Another seed, another way through the same rows: some calls are known, some are not.
      const { run: other } = await fresh({
        ...job,
        seed: seed + 50,
        budget: { rollouts: 60, confirmationRollouts: 4 },
      });
      const faults = {
        reset: 0.06,
        truncatedBody: 0.04,
        rateLimit: 0.05,
        retryAfterSeconds: 0.001,
        serverError: 0.05,
        seed,
      };
      const { run, stats } = await fresh(job, { earlier: other.record.calls }, faults);
      try {
        expectWithinBudget(run);
        expectLedgerEqualsRecord(run);
        expectServerAgrees(run, stats);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(job)}`, { cause: error });
      }
      reused += [...run.record.calls.values()].filter(({ reusedFrom }) => reusedFrom !== null).length;
    }
    expect(reused).toBeGreaterThan(200);
  });

  it('finds the same at any concurrency', async () => {
    for (let seed = 790; seed < 805; seed++) {
      const job = randomJob(seed);
      const { run: other } = await fresh({ ...job, budget: { rollouts: 40, confirmationRollouts: 0 } });
      const { run: alone } = await fresh({ ...job, concurrency: 1 }, { earlier: other.record.calls });
      const { run: crowded } = await fresh({ ...job, concurrency: 64 }, { earlier: other.record.calls });
      expect(findings(crowded), `seed ${seed}`).toEqual(findings(alone));
      expect(crowded.ledger.spent, `seed ${seed}`).toEqual(alone.ledger.spent);
    }
  });
});
