import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BudgetExhausted } from '../domain/budget.ts';
import type { Candidate } from '../domain/candidate.ts';
import type { Row } from '../domain/dataset.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { Ledger } from '../domain/ledger.ts';
import type { FinishReason } from '../domain/model.ts';
import type { Rollout, StepTrace, Target, TargetRun } from '../domain/rollout.ts';
import type { EvaluatorSpec } from '../domain/suite.ts';
import { EvaluatorEngine } from './engine.ts';
import { ErrorCapReached } from './error-cap.ts';
import { defineEvaluator } from './evaluator.ts';
import { prepareSuite } from './suite.ts';

const common = { title: '', description: '', needs: ['output'] as const, defaultThreshold: 1 };
const evaluators = [
  defineEvaluator({
    ...common,
    type: 'same',
    options: z.strictObject({}),
    evaluate: ({ output, expected }) => ({
      value: Number(output === expected),
      feedback: 'not the same',
      category: null,
    }),
  }),
  defineEvaluator({
    ...common,
    type: 'fixed',
    options: z.strictObject({ value: z.number() }),
    evaluate: (_sample, { value }) => ({ value, feedback: `it is ${value}`, category: null }),
  }),
  defineEvaluator({
    ...common,
    type: 'sum',
    needs: ['scores'],
    combines: ({ of }) => of,
    options: z.strictObject({ of: z.array(z.string()) }),
    evaluate: ({ scores }, { of }) => ({
      value: Math.min(
        1,
        of.reduce((sum, id) => sum + (scores[id]?.value ?? NaN), 0),
      ),
      feedback: Object.keys(scores)
        .filter((id) => of.includes(id))
        .join(' '),
      category: null,
    }),
  }),
  defineEvaluator({
    ...common,
    type: 'ends',
    needs: ['finish'],
    options: z.strictObject({}),
    evaluate: ({ finish }) => ({ value: 1, feedback: finish ?? 'none', category: null }),
  }),
  defineEvaluator({
    ...common,
    type: 'calls',
    needs: ['toolCalls'],
    options: z.strictObject({}),
    evaluate: ({ toolCalls }) => ({ value: 1, feedback: toolCalls.map(({ name }) => name).join(' '), category: null }),
  }),
];

const candidate = (id: string): Candidate => ({
  id,
  components: { prompt: id },
  parents: [],
  operator: 'test',
  reason: '',
});
const C0 = candidate('c0');
const ids = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);
const rowOf = (id: string): Row => ({ id, input: id, expected: `right ${id}`, context: [], metadata: {} });

const noModels: ModelGateway = {
  bound: () => ({ inputTokens: 0, outputTokens: 0, cost: 0 }),
  isAnswered: () => false,
  complete: () => Promise.reject(new Error('no model is asked here')),
};

interface World {
  readonly limits?: ConstructorParameters<typeof Ledger>[0];
  readonly suite?: readonly EvaluatorSpec[];
  readonly headline?: string;
  /** Bound of a run in tokens; default 10. */
  readonly bound?: (rowId: string) => number;
  /** What the target answers; default: what is expected. Costs half of the bound. */
  readonly answer?: (rowId: string, candidateId: string) => Partial<TargetRun>;
}

/** An engine on a target that answers when the test says so. */
function lab({ limits = {}, suite, headline = 'label', bound = () => 10, answer = () => ({}) }: World = {}) {
  const ledger = new Ledger(limits);
  const recorded: Rollout[] = [];
  const runs: { readonly key: string; readonly finish: () => void }[] = [];
  const held = { on: false };
  const target: Target = {
    components: ['prompt'],
    bound: (_components, row) => ({ inputTokens: bound(row.id), outputTokens: 0, cost: 0 }),
    run: async (components, row, _repeat, reservation) => {
      const by = components['prompt'] ?? '';
      await new Promise<void>((finish) => {
        runs.push({ key: `${by}/${row.id}`, finish });
        if (!held.on) finish();
      });
      reservation.spend({ tokens: bound(row.id) / 2 });
      return { output: `right ${row.id}`, steps: [], ...answer(row.id, by) };
    },
  };
  const engine = new EvaluatorEngine({
    target,
    suite: prepareSuite({ evaluators: [...(suite ?? [{ id: 'label', type: 'same' }])] }, evaluators),
    objectives: [{ metric: headline, goal: 'maximize' }],
    row: rowOf,
    promptTokens: () => 3,
    ledger,
    gateway: noModels,
    judge: undefined,
    record: { rollout: (rollout) => recorded.push(rollout) },
  });
  return { engine, ledger, recorded, runs, held };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('measuring', () => {
  it('answers in the order of the rows, whatever the order in which they end', async () => {
    const { engine, runs, held } = lab();
    held.on = true;
    const measuring = engine.measure(C0, ['r2', 'r0', 'r1']);
    await settled();
    for (const run of [...runs].reverse()) {
      run.finish();
      await settled();
    }
    expect((await measuring).map(({ rowId, score }) => [rowId, score])).toEqual([
      ['r2', 1],
      ['r0', 1],
      ['r1', 1],
    ]);
  });

  it('pays for a pair once: again, in flight, twice in one list; a repeat is another rollout', async () => {
    const { engine, ledger, runs, recorded } = lab();
    await Promise.all([engine.measure(C0, ['r0', 'r0', 'r1']), engine.measure(C0, ['r1', 'r2'])]);
    await engine.measure(C0, ['r0', 'r1', 'r2']);
    expect(runs.map(({ key }) => key)).toEqual(['c0/r0', 'c0/r1', 'c0/r2']);
    await engine.measure(C0, ['r0'], { repeat: 1 });
    await engine.measure(candidate('c1'), ['r0']);
    expect(ledger.spent.rollouts).toBe(5);
    expect(recorded).toHaveLength(5);
    expect(engine.known(C0, 'r0', 1)).toBeDefined();
    expect(engine.known(C0, 'r1', 1)).toBeUndefined();
  });

  it('starts nothing when the rollouts do not suffice for all rows', async () => {
    const { engine, ledger, runs } = lab({ limits: { rollouts: 5 } });
    await engine.measure(C0, ids(3));
    await expect(engine.measure(C0, ids(6))).rejects.toThrow('budget.rollouts: 3 are needed, 2 are left');
    expect(runs).toHaveLength(3);
    await engine.measure(C0, ids(5));
    expect(ledger.spent.rollouts).toBe(5);
  });

  it('takes rollouts of the confirmation from a limit of their own, and from what is set aside', async () => {
    const { engine, ledger } = lab({ limits: { rollouts: 1, confirmationRollouts: 2, tokens: 25 } });
    ledger.setAside({ tokens: 20 });
    await expect(engine.measure(C0, ['r0'])).rejects.toThrow(BudgetExhausted);
    await engine.measure(C0, ['r0', 'r1'], { purpose: 'confirmation' });
    expect(ledger.spent).toMatchObject({ rollouts: 0, confirmationRollouts: 2, tokens: 10 });
  });

  it('serves the rows in their order when tokens are short, keeps what was measured, and then refuses', async () => {
    // 10 + 10 are promised at first; each run really takes 5, so that a third fits, and a fourth; the fifth does not.
    const { engine, ledger, runs } = lab({ limits: { tokens: 27 } });
    await expect(engine.measure(C0, ids(5))).rejects.toThrow(/budget.tokens/);
    expect(runs.map(({ key }) => key)).toEqual(['c0/r0', 'c0/r1', 'c0/r2', 'c0/r3']);
    expect(ids(5).map((id) => engine.known(C0, id) !== undefined)).toEqual([true, true, true, true, false]);
    expect(ledger.spent).toMatchObject({ rollouts: 4, tokens: 20 });
  });

  it('does not let a small row pass a large one that waits', async () => {
    const { engine, runs, held } = lab({ limits: { tokens: 100 }, bound: (id) => (id === 'r1' ? 80 : 30) });
    held.on = true;
    const measuring = engine.measure(C0, ['r0', 'r1', 'r2']);
    await settled();
    expect(runs.map(({ key }) => key)).toEqual(['c0/r0']);
    runs[0]?.finish();
    await settled();
    expect(runs.map(({ key }) => key)).toEqual(['c0/r0', 'c0/r1']);
    runs[1]?.finish();
    await settled();
    runs[2]?.finish();
    expect(await measuring).toHaveLength(3);
  });

  it('is idle when the last rollout has ended, also after a refusal', async () => {
    const { engine, runs, held } = lab({ limits: { tokens: 12 } });
    held.on = true;
    const refused = engine.measure(C0, ids(2)).catch((error: unknown) => error);
    await settled();
    let idle = false;
    const waiting = engine.idle().then(() => {
      idle = true;
    });
    await settled();
    expect(idle).toBe(false);
    for (const run of runs) run.finish();
    await waiting;
    await settled();
    for (const run of runs) run.finish();
    expect(await refused).toBeInstanceOf(BudgetExhausted);
  });
});

describe('a measured rollout', () => {
  it('passes at its threshold, and turns round when negated', async () => {
    const suite = [
      { id: 'label', type: 'fixed', options: { value: 0.875 }, threshold: 0.5 },
      { id: 'strict', type: 'fixed', options: { value: 0.875 }, threshold: 0.95 },
      { id: 'never', type: 'fixed', options: { value: 1 }, negate: true },
    ];
    const { engine } = lab({ suite });
    const [measured] = await engine.measure(C0, ['r0']);
    const { label, strict, never } = measured?.rollout.scores ?? {};
    expect(label?.value).toBe(0.875);
    expect([label?.pass, strict?.pass, never?.pass]).toEqual([true, false, false]);
    expect(never?.value).toBe(0);
    expect(measured).toMatchObject({ score: label?.value, pass: true });
    expect(measured?.feedback).toMatch(/^strict: .*\nnever: /);
  });

  it('has the pass as its score when the headline is a pass rate', async () => {
    const suite = [{ id: 'label', type: 'fixed', options: { value: 0.875 }, threshold: 0.5 }];
    const { engine } = lab({ suite, headline: 'label.passRate' });
    expect((await engine.measure(C0, ['r0']))[0]?.score).toBe(1);
  });

  it.each([
    ['provider-error', null],
    ['rate-limited', null],
    ['timeout', null],
    ['truncated', 0],
    ['refusal', 0],
    ['content-filter', 0],
  ] as const)('that ended with %s has the score %s and never passes, negated or not', async (category, score) => {
    const suite = [
      { id: 'label', type: 'same' },
      { id: 'negated', type: 'fixed', options: { value: 0 }, negate: true },
    ];
    const { engine } = lab({
      suite,
      answer: () => ({ output: '', error: { category, message: 'what happened' } }),
    });
    const [measured] = await engine.measure(C0, ['r0']);
    expect(measured).toMatchObject({
      score,
      pass: false,
      category,
      feedback: expect.stringContaining('what happened'),
    });
    expect(measured?.rollout.scores['negated']).toMatchObject({ value: score, pass: false });
    expect(measured?.values['errorRate']).toBe(1);
  });
});

describe('what evaluators see of a run', () => {
  const step = (finish: FinishReason, ...names: string[]): StepTrace => ({
    component: 'prompt',
    messages: [],
    output: '',
    toolCalls: names.map((name) => ({ name, arguments: '{}' })),
    finish,
    callId: 'c',
    usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
    cost: null,
    latencyMs: 1,
  });
  const scores = async (run: Partial<TargetRun>) => {
    const suite = [
      { id: 'label', type: 'ends' },
      { id: 'calls', type: 'calls' },
    ];
    const [measured] = await lab({ suite, answer: () => run }).engine.measure(C0, ['r0']);
    return [measured?.rollout.scores['label']?.feedback, measured?.rollout.scores['calls']?.feedback];
  };

  it('is the end of the last answer and the tool calls of all', async () => {
    expect(await scores({ steps: [step('tool-calls', 'a', 'b'), step('stop', 'c')] })).toEqual(['stop', 'a b c']);
    expect(await scores({ steps: [] })).toEqual(['none', '']);
  });

  it('is the end also of an answer that failed, whose calls count for nothing', async () => {
    const error = { category: 'truncated', message: 'it was cut' } as const;
    expect(await scores({ steps: [step('length', 'a')], error })).toEqual(['length', 'it was cut']);
    const filtered = { category: 'content-filter', message: 'filtered' } as const;
    expect(await scores({ steps: [step('stop')], error: filtered })).toEqual(['content-filter', 'filtered']);
  });
});

describe('an evaluator that combines others', () => {
  it('sees what they gave, wherever it stands, also when the answer failed; the scores keep the order of the suite', async () => {
    const suite = [
      { id: 'label', type: 'same' },
      { id: 'first', type: 'sum', options: { of: ['label'] } },
      { id: 'second', type: 'sum', options: { of: ['label', 'first'] } },
      { id: 'last', type: 'fixed', options: { value: 0.5 }, negate: true, threshold: 0.5 },
    ];
    const seen = async (run: Partial<TargetRun>) => {
      const [measured] = await lab({ suite, answer: () => run }).engine.measure(C0, ['r0']);
      return Object.entries(measured?.rollout.scores ?? {}).map(([id, each]) => [id, each.value, each.feedback]);
    };
    expect(await seen({})).toEqual([
      ['label', 1, 'not the same'],
      ['first', 1, 'label'],
      ['second', 1, 'label first'],
      ['last', 0.5, 'it is 0.5'],
    ]);
    expect(
      (await seen({ output: '', error: { category: 'truncated', message: 'cut' } })).map(([, value]) => value),
    ).toEqual([0, 0, 0, 0]);
    expect((await seen({ error: { category: 'timeout', message: 'late' } })).map(([, value]) => value)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('the error cap', () => {
  const failing = (failed: ReadonlySet<string>) => ({
    answer: (id: string) =>
      failed.has(id) ? { output: '', error: { category: 'timeout' as const, message: `no answer for ${id}` } } : {},
  });

  it('is reached by the tenth failure above a fifth, and stops everything that follows', async () => {
    const { engine, recorded, ledger } = lab(failing(new Set(ids(100).slice(30, 40))));
    await engine.measure(C0, ids(39));
    await expect(engine.measure(C0, ids(50))).rejects.toThrow(
      '10 of 40 rollouts got no answer from the model; the last cause: no answer for r39',
    );
    expect(recorded).toHaveLength(50);
    expect(ledger.spent.rollouts).toBe(50);
    await expect(engine.measure(C0, ['r0'])).rejects.toThrow(ErrorCapReached);
  });

  it('is not reached by failures that are few among many, nor by failures of the candidate', async () => {
    const few = lab(failing(new Set(ids(100).filter((_, index) => index % 6 === 5))));
    await few.engine.measure(C0, ids(100));
    const own = lab({ answer: () => ({ error: { category: 'truncated', message: 'cut' } }) });
    await own.engine.measure(C0, ids(40));
  });

  it('counts in the order in which rollouts were asked for, not in that in which they end', async () => {
    const reach = async (order: (count: number) => number) => {
      const { engine, runs, held } = lab(failing(new Set(ids(60).slice(20, 50))));
      held.on = true;
      const measuring = engine.measure(C0, ids(60)).catch((error: Error) => error.message);
      await settled();
      const open = [...runs];
      while (open.length > 0) {
        open.splice(order(open.length), 1)[0]?.finish();
        await settled();
      }
      return measuring;
    };
    const first = await reach(() => 0);
    expect(first).toContain('10 of 30 rollouts');
    expect(await reach((count) => count - 1)).toBe(first);
    expect(await reach((count) => (count * 7) % count || Math.floor(count / 2))).toBe(first);
  });
});
