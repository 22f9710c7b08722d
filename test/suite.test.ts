import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunningService } from '../src/main.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';
import { quietService, smallJob } from './support/small-job.ts';

const resolvedSchema = z.object({ evaluatorVersions: z.record(z.string(), z.string()) });

describe('a suite that combines evaluators', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await quietService();
  });
  afterAll(() => service.close());

  const dryRun = async (type: string, options: object) => {
    const request = smallJob({
      suite: {
        evaluators: [
          { id: 'own', type, options },
          { id: 'other', type: 'one-line' },
          { id: 'quality', type: 'weighted', options: { weights: { own: 2 }, gates: ['other'] } },
        ],
      },
      objectives: [{ metric: 'quality', goal: 'maximize' }],
    });
    const { resolved, warnings } = await service.jobs.dryRun({ projectId: DEFAULT_PROJECT }, request);
    return { versions: resolvedSchema.parse(resolved).evaluatorVersions, codes: warnings.map(({ code }) => code) };
  };

  it('has another version of the composite when a member of it changes', async () => {
    const before = (await dryRun('exact-match', {})).versions;
    const after = (await dryRun('exact-match', { ignoreCase: true })).versions;
    expect(after['quality']).not.toBe(before['quality']);
    expect(after['other']).toBe(before['other']);
  });

  it('is warned for measuring form alone, which the composite does not change', async () => {
    expect((await dryRun('word-count', { max: 9 })).codes).toContain('style-only');
    expect((await dryRun('exact-match', {})).codes).not.toContain('style-only');
  });
});

describe('a suite that asks others', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await quietService('memory', false, { PARETUNE_EVALUATOR_STYLE_KEY: 'shared' });
  });
  afterAll(() => service.close());

  const submit = (type: string, options: object, budget: object = { rollouts: 600 }) =>
    service.jobs.dryRun(
      { projectId: DEFAULT_PROJECT },
      smallJob({ suite: { evaluators: [{ id: 'own', type, options }] }, budget }),
    );
  const keyRef = 'env:PARETUNE_EVALUATOR_STYLE_KEY';

  it('is refused when a server has no key, or an address inside the network', async () => {
    await expect(submit('http', { url: 'https://scores.example.com' })).rejects.toThrow(
      'suite.evaluators.0.options.keyRef: the environment variable PARETUNE_EVALUATOR_KEY is not set',
    );
    await expect(submit('http', { url: 'http://169.254.169.254/latest', keyRef })).rejects.toMatchObject({
      code: 'address_refused',
      errors: [{ path: 'suite.evaluators.0.options.url' }],
    });
    await expect(submit('http', { url: 'https://scores.example.com', keyRef })).resolves.toBeDefined();
  });

  it('is refused when an embeddings model has no price for a budget in dollars, or no key', async () => {
    const model = (name: string, rest: object = {}) => ({ model: { provider: 'openai', model: name, ...rest } });
    await expect(submit('embedding-similarity', model('own-vectors'), { usd: 1, rollouts: 600 })).rejects.toThrow(
      'suite.evaluators.0.options.model: "own-vectors" (openai) has no price',
    );
    await expect(
      submit('embedding-similarity', model('text-embedding-3-small'), { usd: 1, rollouts: 600 }),
    ).resolves.toBeDefined();
    await expect(submit('embedding-similarity', model('x', { apiKeyRef: 'env:OTHER_KEY' }))).rejects.toMatchObject({
      code: 'missing_key',
    });
  });
});
