import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { jobRequestSchema } from '../src/domain/job.ts';
import { type RunningService, startService } from '../src/main.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';

const splits = ['train', 'validation', 'test'];
const rows = Array.from({ length: 30 }, (_, index) => ({
  input: `question ${index}`,
  expected: 'yes',
  split: splits[index % 3],
}));
const resolvedSchema = z.object({ evaluatorVersions: z.record(z.string(), z.string()) });

describe('a suite that combines evaluators', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService({
      config: readConfig({ PARETUNE_DATA_DIR: 'memory' }),
      log: pino({ level: 'silent' }),
      environment: { OPENAI_API_KEY: 'secret' },
      worker: false,
      listen: false,
    });
  });
  afterAll(() => service.close());

  const dryRun = async (type: string, options: object) => {
    const request = jobRequestSchema.parse({
      prompt: { messages: [{ role: 'user', content: 'Answer: {{input}}' }] },
      dataset: { rows },
      suite: {
        evaluators: [
          { id: 'own', type, options },
          { id: 'other', type: 'one-line' },
          { id: 'quality', type: 'weighted', options: { weights: { own: 2 }, gates: ['other'] } },
        ],
      },
      objectives: [{ metric: 'quality', goal: 'maximize' }],
      models: { task: { provider: 'openai', model: 'gpt-4.1-mini' } },
      budget: { rollouts: 600 },
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
