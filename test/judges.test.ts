import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluators } from '../evaluators/index.ts';
import {
  type Faults,
  type SimulatedModel,
  startSimulatedModel,
  type World,
} from '../fixtures/simulated-model/index.ts';
import type { Row } from '../src/domain/dataset.ts';
import type { ModelConfig } from '../src/domain/model.ts';
import { type EvaluatorSpec, suiteSchema } from '../src/domain/suite.ts';
import { checkSuite } from '../src/registry/check-suite.ts';
import { scoredRows } from './support/scored-row.ts';

const QUESTION = { type: 'closed-qa', options: { criterion: 'Does it answer?', show: ['expected'] } };
const row = (id: string): Row => ({
  id,
  input: `question ${id}`,
  expected: `the answer to ${id}`,
  context: [],
  metadata: {},
});
const ROWS = Array.from({ length: 40 }, (_, index) => row(`r${index}`));

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
  server.setFaults({});
});

type Provider = 'chat' | 'responses' | 'anthropic';
const judgeOf = (provider: Provider, rest: Partial<ModelConfig> = {}): ModelConfig =>
  provider === 'anthropic'
    ? { provider, model: 'sim-judge-claude', baseUrl: server.url, ...rest }
    : {
        provider: 'openai',
        model: 'sim-judge',
        baseUrl: `${server.url}/v1`,
        ...(provider === 'responses' && { providerOptions: { api: 'responses' } }),
        ...rest,
      };

/** Scores answers that are right, through the engine, the gateway and the SDKs. */
const scores = (specs: readonly EvaluatorSpec[], rows: readonly Row[] = [row('r0')], gateway = {}) =>
  scoredRows(specs, rows, ({ id }) => `the answer to ${id}`, gateway);

describe.each(['chat', 'responses', 'anthropic'] as const)('a judge over %s,', (provider) => {
  const specs = (): EvaluatorSpec[] => [
    { id: 'plain', ...QUESTION, judge: judgeOf(provider) },
    { id: 'negated', ...QUESTION, judge: judgeOf(provider), negate: true },
    { id: 'lax', ...QUESTION, judge: judgeOf(provider), threshold: 0 },
    { id: 'median', ...QUESTION, judge: judgeOf(provider), repeats: 3 },
  ];

  it('scores, negates, and takes 0 for a threshold', async () => {
    const [all] = (await scores(specs())).scores;
    expect(all).toMatchObject({
      plain: { value: 1, pass: true },
      negated: { value: 0, pass: false },
      lax: { value: 1, pass: true },
      median: { value: 1, pass: true },
    });
    const wrong = { ...row('r1'), expected: 'purple monkeys dance' };
    expect((await scores(specs(), [wrong])).scores[0]).toMatchObject({
      plain: { value: 0, pass: false },
      negated: { value: 1, pass: true },
      lax: { value: 0, pass: true },
    });
  });

  const faults: readonly (readonly [name: string, fault: Faults, category: string])[] = [
    ['is prose', { prose: 1 }, 'evaluator-error:parse-error'],
    ['says pass with a score of 0', { otherShape: 1 }, 'evaluator-error:parse-error'],
    ['is a refusal', { refusal: 1 }, 'evaluator-error:refusal'],
    ['is cut short', { brokenContent: 1 }, 'evaluator-error:truncated'],
    ['never comes', { silence: 1 }, 'timeout'],
    ['is not JSON on the wire', { malformedJson: 1 }, 'provider-error'],
    ['is a rate limit for ever', { rateLimit: 1, retryAfterSeconds: 0 }, 'rate-limited'],
    ['is an error of the server', { serverError: 1 }, 'provider-error'],
  ];
  it.each(faults)('whose answer %s gives no score: never a pass, never 0', async (_name, fault, category) => {
    server.setFaults(fault);
    const [all = {}] = (await scores(specs(), undefined, fault.silence ? { timeoutMs: 50 } : {})).scores;
    expect(Object.keys(all)).toHaveLength(4);
    for (const score of Object.values(all)) expect(score).toMatchObject({ value: null, pass: false, category });
  });
});

describe('repeats and panels', () => {
  const noisy = async <T>(world: Partial<World>, use: (judge: ModelConfig) => Promise<T>): Promise<T> => {
    const careless = await startSimulatedModel({ world });
    try {
      return await use({ provider: 'openai', model: 'sim-judge', baseUrl: `${careless.url}/v1` });
    } finally {
      await careless.close();
    }
  };
  const wrongIn = (all: Awaited<ReturnType<typeof scores>>['scores'], id: string) =>
    all.filter((each) => each[id]?.value !== 1).length;

  it('the majority of repeats errs less often than one verdict, and tells where they disagreed', async () => {
    await noisy({ judgeError: 0.15, seed: 3 }, async (judge) => {
      const specs = [
        { id: 'once', ...QUESTION, judge },
        { id: 'often', ...QUESTION, judge, repeats: 5 },
      ];
      const { scores: all } = await scores(specs, ROWS);
      expect(wrongIn(all, 'once')).toBeGreaterThan(2);
      expect(wrongIn(all, 'often')).toBeLessThan(wrongIn(all, 'once'));
      const divided = all.filter((each) => Number(each['often']?.details?.['spread']) > 0);
      expect(divided.length).toBeGreaterThan(5);
      for (const each of all) expect(each['often']?.details?.['verdicts']).toHaveLength(5);
    });
  });

  it('a panel outvotes the judge that is always wrong', async () => {
    await noisy({ judgeError: 1 }, async (liar) => {
      const panel = [judgeOf('chat'), liar, judgeOf('anthropic')];
      const { scores: all, bench } = await scores([{ id: 'panel', ...QUESTION, panel }], ROWS.slice(0, 5));
      for (const each of all) {
        expect(each['panel']).toMatchObject({ value: 1, pass: true, details: { verdicts: [1, 0, 1], spread: 1 } });
      }
      expect(bench.journal.entries).toHaveLength(15);
    });
  });

  it('a panel whose fewer judges break still scores; the ledger has each call once', async () => {
    await noisy({}, async (working) => {
      server.setFaults({ prose: 1 });
      const panel = [working, judgeOf('chat'), { ...working, model: 'sim-judge-2026-01-01' }];
      const { scores: all, bench } = await scores([{ id: 'panel', ...QUESTION, panel }]);
      expect(all[0]?.['panel']).toMatchObject({ value: 1, details: { verdicts: [1, null, 1] } });
      const booked = bench.journal.entries.map(({ outcome }) =>
        outcome.ok ? outcome.completion.usage.inputTokens + outcome.completion.usage.outputTokens : 0,
      );
      expect(bench.ledger.spent.tokens).toBe(booked.reduce((sum, each) => sum + each, 0));
    });
  });

  it('a judge that goes by the place gives ties in pairs, and says so', async () => {
    await noisy({ judgePositionBias: 1 }, async (judge) => {
      const { scores: all } = await scores(
        [{ id: 'better', type: 'pairwise', judge }],
        [{ ...row('r0'), expected: 'something else' }],
      );
      expect(all[0]?.['better']).toMatchObject({ value: 0.5, category: 'order-dependent', details: { flipped: true } });
    });
  });

  it('have their tokens set aside before the first of them is asked', async () => {
    const needed = async (spec: Partial<EvaluatorSpec>) => {
      const asked = scores([{ id: 'a', ...QUESTION, ...spec }], undefined, { limits: { tokens: 1 } });
      const message = await asked.then(String, String);
      return Number(/may need up to (\d+)/.exec(message)?.[1]);
    };
    const judge = judgeOf('chat');
    const once = await needed({ judge });
    expect(once).toBeGreaterThan(5_000);
    expect((await needed({ judge, repeats: 5 })) / once).toBeCloseTo(5, 1);
    expect((await needed({ panel: [judge, judge], repeats: 3 })) / once).toBeCloseTo(6, 1);
    expect((await needed({ type: 'pairwise', options: {}, judge })) / once).toBeCloseTo(2, 1);
    expect(server.stats().requests).toBe(0);
  });

  it('are only for evaluators that ask a judge', () => {
    expect(() =>
      suiteSchema.parse({
        evaluators: [{ id: 'a', ...QUESTION, judge: judgeOf('chat'), panel: [judgeOf('chat'), judgeOf('chat')] }],
      }),
    ).toThrow('not both');
    const byCode = suiteSchema.parse({ evaluators: [{ id: 'a', type: 'one-line', repeats: 3 }] });
    expect(() => checkSuite(byCode, evaluators, 'suite')).toThrow(
      'suite.evaluators.0.repeats: "one-line" is graded by code',
    );
  });
});
