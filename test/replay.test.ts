import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Faults, type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { createRandom } from '../src/search/random.ts';
import { countsOf, expectLedgerEqualsRecord, expectWithinBudget, journalSums } from './support/books.ts';
import { randomJob } from './support/random-job.ts';
import { findings, runTestJob, type TestJob } from './support/run-job.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

const SEARCH: TestJob = {
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'reference' } },
  rows: { train: 20, validation: 12, test: 8 },
  budget: { rollouts: 200, confirmationRollouts: 32 },
  concurrency: 16,
  seed: 3,
};

/** A start that met every kind of fault, and a resumption from its first `share` of journaled calls. */
async function resumed(job: TestJob, faults: Faults, share: number) {
  server.reset();
  server.setFaults(faults);
  const first = await runTestJob(job, server.url);
  await countsOf(server);
  server.reset();
  server.setFaults(faults);
  const kept = first.settled.slice(0, Math.floor(first.settled.length * share)).map(({ entry }) => entry);
  const second = await runTestJob(job, server.url, { journal: new Map(kept.map((entry) => [entry.callId, entry])) });
  return { first, second, kept, stats: await countsOf(server) };
}

describe('a journal', () => {
  it.each([
    ['gepa', 'racing'],
    ['gepa', 'reference'],
    ['protegi', 'default'],
    ['protegi', 'paper'],
  ])('replays a whole %s job, preset %s, with nobody there to ask', async (type, preset) => {
    const job = { ...SEARCH, optimizer: { type, options: { preset } } };
    const gone = await startSimulatedModel({ faults: { serverError: 0.1, reset: 0.02, brokenContent: 0.05, seed: 4 } });
    const first = await runTestJob(job, gone.url);
    await gone.close();
    expect(first.record.candidates.length).toBeGreaterThan(3);
    expect(first.outcome.verdict).not.toBeNull();

    const second = await runTestJob(job, gone.url, { journal: first.record.calls });
    expect(findings(second)).toEqual(findings(first));
    expect(second.ledger.spent).toEqual(first.ledger.spent);
    expect(second.settled.filter(({ replayed }) => !replayed)).toEqual([]);
    expectLedgerEqualsRecord(second);
  });

  it('that misses an answer asks for just that one', async () => {
    const { first, second, stats } = await resumed(SEARCH, {}, 1);
    expect(stats.requests).toBe(0);
    const [lost] = first.record.calls.keys();
    const journal = new Map([...first.record.calls].filter(([callId]) => callId !== lost));
    const third = await runTestJob(SEARCH, server.url, { journal });
    expect(server.stats().requests).toBe(1);
    expect(findings(third)).toEqual(findings(second));
  });

  it('cut off anywhere leads to the same end, and no journaled call is made again', async () => {
    for (let seed = 500; seed < 525; seed++) {
      const share = createRandom(seed, 'cut').next();
      const { first, second, kept, stats } = await resumed(randomJob(seed), {}, share);
      expect(findings(second), `seed ${seed}`).toEqual(findings(first));
      expect(second.ledger.spent, `seed ${seed}`).toEqual(first.ledger.spent);
      expect(stats.requests, `seed ${seed}`).toBe(first.record.calls.size - kept.length);
    }
  });

  it('with lost answers in it keeps the budget to the unit when the job goes on under new faults', async () => {
    for (let seed = 600; seed < 650; seed++) {
      const share = createRandom(seed, 'cut').next();
      const faults = { reset: 0.12, truncatedBody: 0.06, malformedJson: 0.06, seed };
      const { second, stats } = await resumed(randomJob(seed), faults, share);
      try {
        expectWithinBudget(second);
        expectLedgerEqualsRecord(second);
        const paid = journalSums(second.settled.flatMap(({ entry, replayed }) => (replayed ? [] : [entry]))).all;
        expect({ answered: stats.answered, lost: stats.lost }).toEqual({
          answered: paid.answered,
          lost: paid.lostAttempts,
        });
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(randomJob(seed))}`, { cause: error });
      }
    }
  });
});
