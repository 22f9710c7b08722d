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
