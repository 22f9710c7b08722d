import { describe, expect, it } from 'vitest';
import { evaluators } from '../../evaluators/index.ts';
import { optimizers } from '../../optimizers/index.ts';
import type { Row } from '../domain/dataset.ts';
import { estimateJob } from './estimate.ts';
import type { ResolvedJob } from './resolved.ts';

const rows: Row[] = [{ id: 'r', input: 'one two three', expected: 'yes', context: [], metadata: {} }];

function proposals(reflectionTokens: number, maxOutputTokens?: number): number | null {
  const model = { provider: 'openai' as const, model: 'm' };
  const job: ResolvedJob = {
    name: 'j',
    prompt: { messages: [{ role: 'user', content: 'Say yes or no: {{input}}' }] },
    promptRef: null,
    promptSha256: '',
    dataset: { ref: 'd@1', sha256: '', rows: { train: 20, validation: 20, test: 20 } },
    split: null,
    suite: { evaluators: [{ id: 'label', type: 'exact-match' }] },
    suiteRef: null,
    suiteSha256: '',
    evaluatorVersions: {},
    objectives: [{ metric: 'label', goal: 'maximize' }],
    optimizer: { type: 'gepa', options: {} },
    models: {
      task: model,
      reflection: { ...model, ...(maxOutputTokens !== undefined && { maxOutputTokens }) },
      judge: null,
    },
    budget: { rollouts: 600, confirmationRollouts: 0, reflectionTokens },
    aaRows: 0,
    ablation: false,
    concurrency: 1,
    seed: 0,
    reuse: false,
  };
  const optimizer = optimizers.find(({ type }) => type === 'gepa');
  if (!optimizer) throw new Error('gepa is not listed');
  const countTokens = (text: string) => text.split(/\s+/).length;
  return estimateJob(job, { train: rows }, { countTokens, priceOf: () => null, optimizer, evaluators }).proposals;
}

describe('a budget of reflection tokens', () => {
  it('buys nothing when not even one call fits under its upper bound', () => {
    // The means would pay for several; but an answer of 4,096 tokens is possible, and room for it is reserved first.
    expect(proposals(5_000)).toBe(0);
    expect(proposals(5_000, 500)).toBeGreaterThan(2);
    expect(proposals(50_000)).toBeGreaterThan(10);
  });
});
