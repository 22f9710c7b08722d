import { describe, expect, it } from 'vitest';
import { evaluators } from '../../evaluators/index.ts';
import type { Row } from '../domain/dataset.ts';
import { confirmationReserve, promptTokenLimit } from './estimate.ts';
import type { ResolvedJob } from './resolved.ts';

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
const rows: Row[] = ['one two three', 'four five six'].map((input, index) => ({
  id: `r${index}`,
  input,
  expected: 'yes',
  context: [],
  metadata: {},
}));

function job(budget: ResolvedJob['budget']): ResolvedJob {
  const model = { provider: 'openai' as const, model: 'm' };
  return {
    name: 'j',
    prompt: { messages: [{ role: 'user', content: 'Say yes or no: {{input}}' }] },
    promptRef: null,
    promptSha256: '',
    dataset: { ref: 'd@1', sha256: '', rows: { train: 2, validation: 2, test: 2 } },
    split: null,
    suite: { evaluators: [{ id: 'label', type: 'exact-match' }] },
    suiteRef: null,
    suiteSha256: '',
    evaluatorVersions: {},
    objectives: [{ metric: 'label', goal: 'maximize' }],
    optimizer: { type: 'gepa', options: {} },
    models: { task: model, reflection: model, judge: null },
    budget,
    aaRows: 0,
    ablation: false,
    concurrency: 1,
    seed: 0,
    reuse: false,
  };
}

const reserve = (budget: ResolvedJob['budget'], test: readonly Row[] = rows) =>
  confirmationReserve(
    job(budget),
    { test },
    { countTokens: words, priceOf: () => ({ input: 1, output: 2 }), evaluators },
  );

describe('what is set aside for confirmation', () => {
  it('grows with the rollouts, and pays a prompt that has grown by 400 tokens', () => {
    // A rollout reads 4 + 4 + 3 tokens and says 10 (1.5 × "yes", rounded up, and 8).
    const each = 11 + 400 + 10;
    expect(reserve({ confirmationRollouts: 1 })).toEqual({ tokens: each, nanoUsd: 1000 * (11 + 400 + 2 * 10) });
    expect(reserve({ confirmationRollouts: 8 }).tokens).toBe(8 * each);
  });

  it('is never more than half of a limit, so that a search is left', () => {
    expect(reserve({ confirmationRollouts: 8, tokens: 1001, usd: 0.001 })).toEqual({ tokens: 500, nanoUsd: 500_000 });
  });

  it('is nothing without a confirmation', () => {
    expect(reserve({ confirmationRollouts: 0, tokens: 1000 })).toEqual({});
    expect(reserve({ confirmationRollouts: 8, tokens: 1000 }, [])).toEqual({});
  });
});

describe('the token limit of a prompt', () => {
  it('is the tightest limit on promptTokens', () => {
    expect(promptTokenLimit([{ metric: 'label', goal: 'maximize', limit: 1 }])).toBeNull();
    expect(
      promptTokenLimit([
        { metric: 'promptTokens', goal: 'minimize', limit: 650 },
        { metric: 'promptTokens', goal: 'minimize', limit: 600 },
      ]),
    ).toBe(600);
  });
});
