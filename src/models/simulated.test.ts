import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedModel, startSimulatedModel } from '../../fixtures/simulated-model/index.ts';
import { ModelCallError, type ModelConfig } from '../domain/model.ts';
import { createBench, requestOf } from './testing.ts';

let server: SimulatedModel;
beforeAll(async () => {
  server = await startSimulatedModel();
});
afterAll(() => server.close());

const targets: readonly [string, (url: string) => ModelConfig][] = [
  ['openai', (url) => ({ provider: 'openai', model: 'sim-task', baseUrl: `${url}/v1` })],
  [
    'responses',
    (url) => ({ provider: 'openai', model: 'sim-task', baseUrl: `${url}/v1`, providerOptions: { api: 'responses' } }),
  ],
  ['anthropic', (url) => ({ provider: 'anthropic', model: 'sim-task', baseUrl: url })],
  ['compatible', (url) => ({ provider: 'openai-compatible', model: 'sim-task', baseUrl: `${url}/v1` })],
];

describe.each(targets)('the books against the server, over %s', (_name, configOf) => {
  it('agree to the token, whatever goes wrong on the way', async () => {
    server.reset();
    server.setFaults({
      rateLimit: 0.1,
      serverError: 0.05,
      overloaded: 0.05,
      reset: 0.05,
      truncatedBody: 0.05,
      malformedJson: 0.05,
      seed: 11,
    });
    const bench = createBench({ limits: { tokens: 1_000_000 }, concurrency: 8 });
    const config = configOf(server.url);
    const requests = Array.from({ length: 60 }, (_, ordinal) => requestOf(config, { ordinal }));
    const ends = await Promise.allSettled(requests.map((request) => bench.ask(request)));
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(ModelCallError);
    const stats = server.stats();
    const counted = Object.values(stats.byModel).reduce(
      (sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens,
      0,
    );
    const lost = bench.journal.entries.reduce(
      (sum, entry) => ({ attempts: sum.attempts + entry.lost.attempts, tokens: sum.tokens + entry.lost.tokens }),
      { attempts: 0, tokens: 0 },
    );
    expect(bench.journal.entries).toHaveLength(60);
    expect(lost.attempts).toBeGreaterThan(0);
    expect(lost.attempts).toBe(stats.lost);
    // What was answered is booked as counted; what was lost, at its bound.
    expect(bench.ledger.spent.tokens - lost.tokens).toBe(counted);
    expect(bench.ledger.overdrawn).toEqual({});
  });
});
