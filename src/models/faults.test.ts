import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../domain/model.ts';
import { MAX_ATTEMPTS, MAX_RATE_LIMITED } from './attempts.ts';
import {
  ANSWERS,
  createBench,
  json,
  raw,
  requestOf,
  reset,
  type ScriptedServer,
  silence,
  startScriptedServer,
  truncated,
} from './testing.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const protocols: readonly {
  readonly name: string;
  readonly config: Omit<ModelConfig, 'baseUrl'>;
  readonly answer: unknown;
  readonly error: (type: string, message: string) => unknown;
}[] = [
  {
    name: 'chat completions',
    config: { provider: 'openai', model: 'gpt-4o-mini' },
    answer: ANSWERS.chat(),
    error: (code, message) => ({ error: { message, type: code, code, param: null } }),
  },
  {
    name: 'responses',
    config: { provider: 'openai', model: 'gpt-4o-mini', providerOptions: { api: 'responses' } },
    answer: ANSWERS.responses(),
    error: (code, message) => ({ error: { message, type: code, code, param: null } }),
  },
  {
    name: 'compatible',
    config: { provider: 'openai-compatible', model: 'local' },
    answer: ANSWERS.chat(),
    error: (code, message) => ({ error: { message, code } }),
  },
  {
    name: 'messages',
    config: { provider: 'anthropic', model: 'claude-haiku-4-5' },
    answer: ANSWERS.messages(),
    error: (type, message) => ({ type: 'error', error: { type, message } }),
  },
];

describe.each(protocols)('faults over $name', ({ config, answer, error }) => {
  const request = () => requestOf({ ...config, baseUrl: `${server.url}/v1` });
  const boundOf = () => {
    const bound = createBench().gateway.bound(request());
    return bound.inputTokens + bound.outputTokens;
  };

  it('waits as long as a 429 asks, and is charged nothing for it', async () => {
    server.script(
      json(error('rate_limit_error', 'slow down'), 429, { 'retry-after': '7' }),
      json(error('rate_limit_error', 'slow down'), 429, { 'retry-after-ms': '1234', 'retry-after': '9' }),
      json(answer),
    );
    const bench = createBench();
    const completion = await bench.ask(request());
    expect(completion).toMatchObject({
      text: 'billing',
      usage: { inputTokens: 20, cachedInputTokens: 4, outputTokens: 7 },
    });
    expect(bench.time.elapsed()).toBe(7000 + 1234);
    expect(bench.ledger.spent.tokens).toBe(27);
    expect(bench.journal.entries[0]?.lost.attempts).toBe(0);
  });

  it('caps what a server may ask for', async () => {
    server.script(json(error('rate_limit_error', 'x'), 429, { 'retry-after': '86400' }), json(answer));
    const bench = createBench();
    await bench.ask(request());
    expect(bench.time.elapsed()).toBe(60_000);
  });

  it.each([408, 409, 500, 503, 529])('asks again after %i, without a charge', async (status) => {
    server.script(json(error('api_error', 'broken'), status), json(answer));
    const bench = createBench();
    await bench.ask(request());
    expect(server.received).toHaveLength(2);
    expect(bench.ledger.spent.tokens).toBe(27);
  });

  it.each([
    ['a reset connection', reset],
    ['a truncated body', truncated(answer)],
    ['a body that is not JSON', raw('{"id": "c1", "choi')],
    ['an answer of another shape', raw('{"hello": "world"}')],
    ['a page in place of an answer', raw('<html>', { 'content-type': 'text/html' })],
    ['a gateway that gave up', json(error('api_error', 'gateway timeout'), 504)],
  ])('charges the upper bound for %s, and asks again', async (_name, fault) => {
    server.script(fault, json(answer));
    const bench = createBench();
    const completion = await bench.ask(request());
    expect(completion.text).toBe('billing');
    expect(bench.journal.entries[0]?.lost).toMatchObject({ attempts: 1, tokens: boundOf() });
    expect(bench.ledger.spent.tokens).toBe(27 + boundOf());
    const replay = createBench({ journal: bench.journal });
    await replay.ask(request());
    expect(replay.ledger.spent).toEqual(bench.ledger.spent);
  });

  it('fails for good, journaled, when the budget has no room to ask again', async () => {
    server.script(reset, json(answer));
    const limit = boundOf() + 10;
    const bench = createBench({ limits: { tokens: limit } });
    await expect(bench.ask(request())).rejects.toMatchObject({ failure: 'connection' });
    expect(server.received).toHaveLength(1);
    expect(bench.ledger.spent.tokens).toBe(limit - 10);
    expect(bench.ledger.overdrawn).toEqual({});
    const replay = createBench({ journal: bench.journal, limits: { tokens: limit } });
    await expect(replay.ask(request())).rejects.toMatchObject({ failure: 'connection' });
    expect(server.received).toHaveLength(1);
    expect(replay.ledger.spent).toEqual(bench.ledger.spent);
  });

  it('charges an answer that came too late', async () => {
    // A server of its own: the request may still be on its way when the test is over.
    const slow = await startScriptedServer();
    slow.script(silence);
    const late = requestOf({ ...config, baseUrl: `${slow.url}/v1` });
    const limit = boundOf();
    const bench = createBench({ timeoutMs: 30, limits: { tokens: limit } });
    await expect(bench.ask(late)).rejects.toMatchObject({ failure: 'timeout' });
    expect(bench.ledger.spent.tokens).toBe(limit);
    await slow.close();
  });

  it('gives up after the documented number of attempts', async () => {
    server.script(json(error('api_error', 'broken'), 500));
    const failing = createBench();
    await expect(failing.ask(request())).rejects.toMatchObject({ failure: 'overloaded', status: 500 });
    expect(server.received).toHaveLength(MAX_ATTEMPTS);
    // Full jitter never waits longer than the doubling allows.
    failing.time.waits.forEach((ms, index) => {
      expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
    });
    server.script(json(error('rate_limit_error', 'slow down'), 429));
    await expect(createBench().ask(request())).rejects.toMatchObject({ failure: 'rate-limited', status: 429 });
    expect(server.received).toHaveLength(MAX_RATE_LIMITED);
  });

  it.each([
    [400, 'invalid_request_error', 'bad-request'],
    [404, 'not_found_error', 'bad-request'],
    [413, 'request_too_large', 'bad-request'],
    [422, 'unprocessable', 'bad-request'],
    [401, 'authentication_error', 'auth'],
    [403, 'permission_error', 'auth'],
  ])('does not repeat a %i, and quotes neither prompt nor key', async (status, code, failure) => {
    const quoted = 'no: "Where is my invoice of last month?" with sk-test-0123456789';
    server.script(json(error(code, `unknown parameter foo; ${quoted}`), status));
    const bench = createBench();
    const refused = await bench.ask(request()).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(refused).toMatchObject({ failure, status });
    expect(server.received).toHaveLength(1);
    const shown = `${refused} ${JSON.stringify(bench.journal.entries[0]?.outcome)}`;
    expect(shown).not.toContain('invoice');
    expect(shown).not.toContain('sk-test');
    if (failure === 'bad-request') expect(shown).toContain('unknown parameter foo');
    expect(bench.ledger.spent.tokens).toBe(0);
  });

  it('knows a content filter from a bad request', async () => {
    server.script(json(error('content_filter', 'Output blocked by content filtering policy'), 400));
    await expect(createBench().ask(request())).rejects.toMatchObject({ failure: 'content-filter' });
  });

  it('is charged nothing when nobody listens', async () => {
    const closed = await startScriptedServer();
    await closed.close();
    const bench = createBench();
    const call = bench.ask(requestOf({ ...config, baseUrl: `${closed.url}/v1` }));
    await expect(call).rejects.toMatchObject({
      failure: 'connection',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(bench.ledger.spent.tokens).toBe(0);
    expect(bench.journal.entries[0]?.lost.attempts).toBe(0);
  });
});

describe('a quota that is used up', () => {
  it('is not worth waiting for', async () => {
    server.script(json({ error: { message: 'You exceeded your quota', code: 'insufficient_quota' } }, 429));
    const config: ModelConfig = { provider: 'openai', model: 'gpt-4o-mini', baseUrl: `${server.url}/v1` };
    await expect(createBench().ask(requestOf(config))).rejects.toMatchObject({ failure: 'rate-limited' });
    expect(server.received).toHaveLength(1);
  });
});

describe('a replay of an answer that took lost attempts', () => {
  const request = () => requestOf({ provider: 'openai', model: 'gpt-4o-mini', baseUrl: `${server.url}/v1` });
  const other = () => ({ ...request(), messages: [{ role: 'user' as const, content: 'Something else.' }] });
  const amount = (bound: { inputTokens: number; outputTokens: number }) => bound.inputTokens + bound.outputTokens;

  it('reserves what will be booked, so that nobody else is promised that room', async () => {
    server.script(reset, json(ANSWERS.chat()));
    const first = createBench();
    await first.ask(request());
    // Enough for both bounds side by side, not for the first call as it was really booked and the second's bound.
    const limit = first.ledger.spent.tokens + amount(first.gateway.bound(other())) - 1;
    const original = createBench({ journal: first.journal, limits: { tokens: limit } });
    expect(amount(original.gateway.bound(request()))).toBe(first.ledger.spent.tokens);
    server.script(json(ANSWERS.chat()));
    const replayed = original.ask(request());
    const refused = original.ask(other());
    await replayed;
    await expect(refused).rejects.toThrow(/budget.tokens/);
    expect(server.received).toHaveLength(0);
    expect(original.ledger.overdrawn).toEqual({});
  });

  it('keeps calls from being sent that were promised the room all the same', async () => {
    server.script(reset, json(ANSWERS.chat()));
    const first = createBench();
    await first.ask(request());
    const others = amount(first.gateway.bound(other()));
    const limit = first.ledger.spent.tokens + others - 1;
    const bench = createBench({ journal: first.journal, limits: { tokens: limit } });
    const small = await bench.ledger.reserve({ tokens: amount(createBench().gateway.bound(request())) });
    const promised = await bench.reserve(other());
    server.script(json(ANSWERS.chat()));
    await bench.gateway.complete(request(), small);
    expect(bench.ledger.overcommitted).toBe('tokens');
    await expect(bench.gateway.complete(other(), promised)).rejects.toThrow(/leaves no room/);
    promised.release();
    expect(server.received).toHaveLength(0);
    expect(bench.ledger.overdrawn).toEqual({});
  });
});
