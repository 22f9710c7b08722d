import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { Interrupted } from '../src/jobs/run.ts';
import { json, silence } from '../src/models/testing.ts';
import { defineOptimizer } from '../src/search/contract.ts';
import { expectLedgerEqualsRecord, expectWithinBudget } from './support/books.ts';
import { type Asked, type Front, startFront } from './support/front.ts';
import { findings, type RunOptions, runTestJob, type TestJob } from './support/run-job.ts';

let model: SimulatedModel;
let front: Front;
beforeAll(async () => {
  model = await startSimulatedModel();
});
afterAll(() => model.close());
// One for each test: requests of a job that was stopped may still be on their way when its test is over.
beforeEach(async () => {
  model.reset();
  front = await startFront(model.url);
});
afterEach(() => front.close());

const JOB: TestJob = {
  task: 'support-triage',
  optimizer: { type: 'gepa', options: { preset: 'reference' } },
  rows: { train: 20, validation: 24, test: 8 },
  budget: { rollouts: 150, confirmationRollouts: 32 },
  concurrency: 8,
  seed: 21,
};
const HEADLINE = 'queue';

const run = (job: TestJob = JOB, options: RunOptions = {}) => runTestJob(job, front.url, options);

const refusal = { reply: json({ error: { message: 'no such thing', type: 'invalid_request_error' } }, 400) };

/** A share of the rows, by what they say: the same ones whenever they are asked. */
function unlucky({ model: name, text }: Asked, share: number): boolean {
  if (!name.startsWith('sim-task')) return false;
  const row = text.slice(text.lastIndexOf('\n') + 1);
  const sum = [...row].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 1009, 7);
  return sum < share * 1009;
}

describe('rows that get no answer', () => {
  it('have no score, never a 0, and are left out of every mean', async () => {
    const job = { ...JOB, budget: { rollouts: JOB.rows.validation, confirmationRollouts: 0 } };
    const calm = await run(job);
    front.interfere((asked) => (unlucky(asked, 0.15) ? refusal : null));
    const hit = await run(job);
    expectLedgerEqualsRecord(hit);

    const failed = hit.record.rollouts.filter(({ rollout }) => rollout.error);
    expect(failed.length).toBeGreaterThan(0);
    for (const { rollout } of failed) {
      expect(rollout.error).toMatchObject({ category: 'provider-error' });
      expect(rollout.scores[HEADLINE]).toMatchObject({ value: null, pass: false, category: 'provider-error' });
      expect(rollout.values).toMatchObject({ [HEADLINE]: null, outputTokens: null, latency: null, errorRate: 1 });
    }
    const missing = new Set(failed.map(({ rollout }) => rollout.rowId));
    const others = calm.record.rollouts.filter(({ rollout }) => !missing.has(rollout.rowId));
    const mean =
      others.reduce((sum, { rollout }) => sum + (rollout.scores[HEADLINE]?.value ?? Number.NaN), 0) / others.length;
    expect(hit.record.curve[0]?.score).toBeCloseTo(mean, 12);
    expect(hit.record.curve[0]?.rows).toBe(others.length);
  });

  it('end the job as failed, with the cause, when there are too many: after the same rollouts at any concurrency', async () => {
    front.interfere((asked) => (unlucky(asked, 0.5) ? refusal : null));
    const alone = await run({ ...JOB, concurrency: 1 });
    const crowded = await run({ ...JOB, concurrency: 64 });
    expect(alone.outcome).toMatchObject({
      status: 'failed',
      stopReason: 'error-cap',
      verdict: null,
      winner: { id: 'c0' },
    });
    expect(alone.outcome.error).toMatch(
      /^10 of \d+ rollouts got no answer from the model; the last cause: .*no such thing/,
    );
    expect(crowded.outcome.error).toBe(alone.outcome.error);
    expect(findings(crowded)).toEqual(findings(alone));
    expect(alone.record.curve).toEqual([]);
    expectLedgerEqualsRecord(crowded);
  });
});

describe('a model that cannot be had', () => {
  it('is given up when the cap is reached: rows that wait are not sent any more', async () => {
    front.interfere(() => refusal);
    const wide = { ...JOB, rows: { ...JOB.rows, validation: 90 }, concurrency: 2 };
    const { outcome, record } = await run({ ...wide, budget: { rollouts: 400, confirmationRollouts: 32 } });
    expect(outcome).toMatchObject({ status: 'failed', stopReason: 'error-cap' });
    // Ten make the cap; besides those only what was in flight.
    expect(front.requests).toBeLessThanOrEqual(10 + 2 * wide.concurrency);
    expect(record.rollouts.length).toBeLessThan(wide.rows.validation);
  });

  it('fails the job at once when it does not exist', async () => {
    front.interfere(() => ({ reply: json({ error: { message: 'The model does not exist' } }, 404) }));
    const { outcome } = await run();
    expect(outcome).toMatchObject({ status: 'failed', stopReason: 'error' });
    expect(outcome.error).toContain('does not exist');
    expect(front.requests).toBeLessThanOrEqual(JOB.concurrency);
  });
});

describe('a key that the provider refuses', () => {
  it('fails the job at once, and is not tried on and on', async () => {
    front.interfere(() => ({ reply: json({ error: { message: 'Incorrect API key provided: test-key' } }, 401) }));
    const { outcome, record, ledger } = await run();
    expect(outcome).toMatchObject({ status: 'failed', stopReason: 'error', verdict: null });
    expect(outcome.error).toContain('the provider refused the key');
    expect(outcome.error).not.toContain('test-key');
    expect(front.requests).toBeLessThanOrEqual(JOB.concurrency);
    expect(record.rollouts).toEqual([]);
    expect(ledger.spent.tokens).toBe(0);
  });

  it('of the judge fails the job too, and books no rollout that is not recorded', async () => {
    front.interfere(({ model: name }) =>
      name === 'sim-judge' ? { reply: json({ error: { message: 'no' } }, 403) } : null,
    );
    const failed = await run({ ...JOB, evaluators: [{ id: 'safe', type: 'content-safety' }] });
    expect(failed.outcome).toMatchObject({ status: 'failed', stopReason: 'error' });
    expectLedgerEqualsRecord(failed);
  });
});

describe('a reflection model', () => {
  it('whose answer was cut is never followed, however good it looks', async () => {
    front.interfere(({ model: name }) =>
      name === 'sim-reflect'
        ? {
            change: ({ choices }) => {
              for (const choice of choices) choice.finish_reason = 'length';
            },
          }
        : null,
    );
    const cut = await run();
    expect(cut.record.candidates.map(({ id }) => id)).toEqual(['c0']);
    expect(cut.outcome).toMatchObject({ status: 'succeeded', stopReason: 'no-improvement', winner: { id: 'c0' } });
    const notes = cut.record.events.filter(({ type }) => type === 'unusable-answer');
    expect(notes.length).toBeGreaterThan(3);
    expect(new Set(notes.map(({ data }) => data['reason']))).toEqual(new Set(['the answer was truncated']));
    expectLedgerEqualsRecord(cut);
  });

  it('that breaks the format is asked once more for the same content, then not followed', async () => {
    let asked = 0;
    front.interfere(({ model: name, text }) => {
      if (name !== 'sim-reflect') return null;
      if (text.includes('Your answer could not be read')) asked += 1;
      return {
        change: ({ choices }) => {
          for (const choice of choices) choice.message.content = `Sure! Here it is: ${choice.message.content}`;
        },
      };
    });
    const broken = await run();
    const notes = broken.record.events.filter(({ type }) => type === 'unusable-answer');
    expect(broken.record.candidates).toHaveLength(1);
    expect(notes.length).toBeGreaterThan(3);
    expect(asked).toBe(notes.length);
  });
});

describe('a judge that breaks', () => {
  const graded: TestJob = {
    ...JOB,
    budget: { rollouts: JOB.rows.validation, confirmationRollouts: 0 },
    evaluators: [
      { id: 'safe', type: 'content-safety' },
      { id: 'unsafe', type: 'content-safety', negate: true },
    ],
  };

  it.each([
    ['answers with an error', 'provider-error', refusal],
    [
      'answers with anything',
      'evaluator-error:parse-error',
      {
        change: ({ choices }: { choices: { message: { content: string } }[] }) => {
          for (const choice of choices) choice.message.content = '{"score": 1, "pass": true}';
        },
      },
    ],
    [
      'is cut short',
      'evaluator-error:truncated',
      {
        change: ({ choices }: { choices: { finish_reason: string; message: { content: string } }[] }) => {
          for (const choice of choices) {
            choice.message.content = choice.message.content.slice(0, 20);
            choice.finish_reason = 'length';
          }
        },
      },
    ],
  ])('and %s gives no score and never a pass, negated or not', async (_name, category, fault) => {
    front.interfere(({ model: name }) => (name === 'sim-judge' ? fault : null));
    const { record, outcome } = await run(graded);
    expect(outcome.status).toBe('succeeded');
    expect(record.rollouts).toHaveLength(JOB.rows.validation);
    for (const { rollout } of record.rollouts) {
      expect(rollout.scores[HEADLINE]?.value).not.toBeNull();
      for (const id of ['safe', 'unsafe'])
        expect(rollout.scores[id]).toMatchObject({ value: null, pass: false, category });
    }
  });
});

describe('the time of a job', () => {
  it('leaves the confirmation its share when it runs out for the search', async () => {
    let now = Date.UTC(2026, 0, 1);
    const clock = { now: () => new Date(now) };
    front.interfere(({ number }) => {
      if (number === 60) now += 850_000;
      return null;
    });
    const late = await run({ ...JOB, budget: { ...JOB.budget, rollouts: 5000, seconds: 1000 } }, { clock });
    expect(late.outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
    expect(late.outcome.verdict).not.toBeNull();
    expect(late.record.rollouts.filter(({ purpose }) => purpose === 'search').length).toBeLessThan(150);
    expectLedgerEqualsRecord(late);
  });

  it('ends calls that hang, and the job in good order', async () => {
    front.interfere(({ number }) => (number > 40 ? { reply: silence } : null));
    const hanging = await run({ ...JOB, budget: { ...JOB.budget, seconds: 1 } }, { clock: { now: () => new Date() } });
    expect(hanging.outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget', error: null });
    expect(hanging.outcome.winner.id).toBe('c0');
    expect(hanging.outcome.verdict?.decision).not.toBe('promote');
    expect(hanging.record.curve).toHaveLength(1);
    expectLedgerEqualsRecord(hanging);
  });
});

describe('a job that is stopped', () => {
  const stopAt = (request: number, why: 'cancelled' | 'shutdown') => {
    const controller = new AbortController();
    front.interfere(({ number }) => {
      if (number === request) controller.abort(why);
      return null;
    });
    return controller.signal;
  };

  it.each([1, 37, 120])('by its user at request %i is cancelled, with its books in order', async (request) => {
    const stopped = await run(JOB, { signal: stopAt(request, 'cancelled') });
    expect(stopped.outcome).toMatchObject({ status: 'cancelled', stopReason: 'cancelled', error: null });
    expect(stopped.outcome.verdict).toBeNull();
    expectLedgerEqualsRecord(stopped);
    expectWithinBudget(stopped);
    expect(front.requests - stopped.record.calls.size).toBeLessThanOrEqual(JOB.concurrency);
  });

  it.each([40, 130])(
    'by a drain at request %i is not over, and goes on from its journal to the same end',
    async (request) => {
      const whole = await run();
      const settled: Parameters<NonNullable<RunOptions['onSettled']>>[0][] = [];
      const signal = stopAt(request, 'shutdown');
      await expect(run(JOB, { signal, onSettled: (entry) => settled.push(entry) })).rejects.toThrow(Interrupted);
      expect(settled.length).toBeGreaterThan(0);
      front.interfere(() => null);
      const resumed = await run(JOB, { journal: new Map(settled.map((entry) => [entry.callId, entry])) });
      expect(findings(resumed)).toEqual(findings(whole));
      expect(resumed.settled.filter(({ replayed }) => replayed)).toHaveLength(settled.length);
      expect(resumed.record.calls.size).toBe(whole.record.calls.size);
    },
  );
});

describe('a search that leaves requests behind', () => {
  /** Its first branch needs more than the budget has; the second goes on and on, as `Promise.all` does not stop it. */
  const careless = defineOptimizer({
    type: 'careless',
    title: 'Careless',
    source: 'this test',
    options: z.strictObject({}),
    proposals: () => 1,
    search: async (task) => {
      const rows = task.validation.map((row) => row.id);
      await task.lab.measure(task.baseline, rows);
      task.record.validated(task.baseline);
      const asking = async () => {
        for (let time = 0; ; time++) {
          const answer = await task.author.ask({
            purpose: 'test',
            metaPromptHash: '',
            messages: [{ role: 'user', content: `Say anything, for the ${time}. time.` }],
            parse: (text) => text,
          });
          const text = `${answer?.value} ${time}`;
          task.record.propose({ components: { prompt: text }, parents: [], operator: 'late', reason: '' });
        }
      };
      const measuring = async () => {
        await task.lab.measure(
          task.baseline,
          task.train.map((row) => row.id),
          { repeat: 1 },
        );
      };
      await Promise.all([asking(), measuring()]);
      return { stop: 'search-complete' };
    },
  });

  it('pays for what it asked, asks for nothing more, and changes nothing any more', async () => {
    const job: TestJob = {
      ...JOB,
      optimizer: { type: 'careless' },
      budget: { rollouts: JOB.rows.validation + 1, confirmationRollouts: 16 },
    };
    const left = await run(job, { optimizers: [careless] });
    expect(left.outcome).toMatchObject({ status: 'succeeded', stopReason: 'budget' });
    expectLedgerEqualsRecord(left);
    expect(left.record.calls.size).toBe(front.requests);
    expect(left.record.candidates.map(({ operator }) => operator)).toEqual(['baseline']);
  });
});
