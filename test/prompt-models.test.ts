import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParetuneError } from '../src/domain/errors.ts';
import type { RunningService } from '../src/main.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';
import { quietService, smallJob } from './support/small-job.ts';

const scope = { projectId: DEFAULT_PROJECT };
const messages = [{ role: 'user', content: 'Answer: {{input}}' }];

/** A server that is not OpenAI, asked to be called with OpenAI's key. */
const thief = { provider: 'openai', model: 'gpt-4.1-mini', baseUrl: 'https://collector.example.com/v1' };
const unpriced = { provider: 'openai', model: 'home-made' };

describe('a model that a prompt brings along', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await quietService();
  });
  afterAll(() => service.close());

  const pathsRefused = async (prompt: object, budget: object = {}, change: object = {}): Promise<readonly string[]> => {
    const request = smallJob({ prompt, budget: { rollouts: 600, ...budget }, ...change });
    return service.jobs.dryRun(scope, request).then(
      () => [],
      (error: ParetuneError) => error.errors.map(({ path }) => path),
    );
  };
  const chain = (model: object) => ({ steps: [{ id: 'first', prompt: { messages, model } }] });

  it('is held to the same rules on keys as the models of the job', async () => {
    expect(await pathsRefused({ messages, model: thief })).toEqual(['prompt.model.baseUrl']);
    expect(await pathsRefused(chain(thief))).toEqual(['prompt.steps.0.prompt.model.baseUrl']);
    expect(await pathsRefused({ ...chain({ provider: 'openai', model: 'gpt-4.1-mini' }), model: thief })).toEqual([
      'prompt.model.baseUrl',
    ]);
  });

  it('may bring function tools alone, which feed the evaluator of tool calls', async () => {
    const suite = { suite: { evaluators: [{ id: 'right', type: 'tool-calls' }] } };
    const tools = [{ type: 'function', function: { name: 'search' } }];
    expect(await pathsRefused({ messages, tools: [{ type: 'web_search' }] })).toEqual(['providerOptions.tools']);
    expect(await pathsRefused({ messages, tools: [] }, {}, suite)).toEqual(['suite.evaluators.0']);
    expect(await pathsRefused({ messages, tools }, {}, suite)).toEqual([]);
    const offering = { provider: 'openai', model: 'gpt-4.1-mini', providerOptions: { tools } };
    expect(await pathsRefused(chain(offering), {}, suite)).toEqual([]);
  });

  it('needs a price when the job has a budget in money', async () => {
    expect(await pathsRefused(chain(unpriced), { usd: 5 })).toEqual(['prompt.steps.0.prompt.model']);
    expect(await pathsRefused(chain(unpriced))).toEqual([]);
  });
});
