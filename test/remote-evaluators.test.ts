import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluators } from '../evaluators/index.ts';
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { prepareSuite } from '../src/lab/suite.ts';
import { createPriceTable } from '../src/models/prices.ts';
import {
  json,
  type Reply,
  raw,
  reset,
  type ScriptedServer,
  silence,
  startScriptedServer,
} from '../src/models/testing.ts';
import { ROW, type Setting, scored } from './support/scored-row.ts';

describe('the http evaluator', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());
  const ask = (reply: Reply | readonly Reply[], options: object = {}, rest: Setting = {}) => {
    server.script(...[reply].flat());
    return scored({ type: 'http', options: { url: `${server.url}/score`, ...options } }, rest);
  };

  it('sends what it is told to, signed, and takes value, category and words of the answer', async () => {
    const answer = { value: 0.25, feedback: 'too short', category: 'short', details: { words: 2 } };
    const { score, bench } = await ask(json(answer), { send: ['expected', 'metadata'], config: { least: 3 } });
    expect(score).toEqual({
      value: 0.25,
      pass: false,
      feedback: 'too short',
      category: 'http:short',
      details: { words: 2 },
    });
    const [received] = server.received;
    expect(received?.body).toEqual({
      version: 1,
      sample: { output: 'thirty days', expected: 'thirty days', metadata: { tier: 'gold' } },
      config: { least: 3 },
    });
    const timestamp = String(received?.headers['paretune-timestamp']);
    const signed = createHmac('sha256', 'sk-test-0123456789').update(`${timestamp}.${JSON.stringify(received?.body)}`);
    expect(received?.headers['paretune-signature']).toBe(`v1=${signed.digest('hex')}`);
    expect(Number(timestamp)).toBe(Math.floor(bench.time.clock.now().getTime() / 1000));
    expect(JSON.stringify(received?.headers)).not.toContain('sk-test');
    expect(bench.journal.entries[0]).toMatchObject({ provider: 'http', role: 'judge' });
    expect(bench.ledger.spent).toMatchObject({ tokens: 0, nanoUsd: 0 });
  });

  it('takes null for what cannot be measured', async () => {
    expect((await ask(json({ value: null, feedback: 'no date in it' }))).score).toMatchObject({
      value: null,
      pass: false,
      feedback: 'no date in it',
    });
  });

  it('is tried again after failures that pass', async () => {
    const replies = [json({}, 503), json({}, 429, { 'retry-after': '1' }), reset, json({ value: 1, feedback: '' })];
    expect((await ask(replies)).score).toMatchObject({ value: 1, pass: true });
    expect(server.received).toHaveLength(4);
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each<[string, Reply, string, object]>([
    ['is a value above 1', json({ value: 7, feedback: '' }), 'evaluator-error:parse-error', {}],
    ['has no value', json({ pass: true }), 'evaluator-error:parse-error', {}],
    ['is not JSON', raw('fine'), 'evaluator-error:parse-error', {}],
    ['is too large', raw(`{"value":1,"feedback":"${'x'.repeat(100_000)}"}`), 'provider-error', {}],
    ['never comes', silence, 'timeout', { timeoutSeconds: 0.05 }],
    ['is an error of the server', json({}, 500), 'provider-error', {}],
    ['is a bad request', json({}, 400), 'provider-error', {}],
    ['leads elsewhere', json({}, 302, { location: 'http://169.254.169.254/latest' }), 'provider-error', {}],
    ['is a rate limit for ever', json({}, 429, { 'retry-after': '0' }), 'rate-limited', {}],
  ])('whose answer %s gives no score: never a pass, never 0', async (_name, reply, category, options) => {
    const { score } = await ask(reply, options);
    expect(score).toMatchObject({ value: null, pass: false, category });
    for (const { path } of server.received) expect(path).toBe('/score');
  });

  it('calls no address inside the network, also behind a name', async () => {
    const inside = { address: { allowLoopback: false, allowedHosts: [] } };
    server.script(json({ value: 1, feedback: '' }));
    for (const host of ['localhost', '127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1']) {
      const url = `http://${host}:${new URL(server.url).port}/score`;
      await expect(scored({ type: 'http', options: { url } }, inside)).rejects.toThrow('not allowed');
    }
    expect(server.received).toHaveLength(0);
  });

  it('answers from the journal after a restart, without asking', async () => {
    const { bench } = await ask(json({ value: 0.5, feedback: 'half' }));
    server.script(json({ value: 1, feedback: 'changed its mind' }));
    const { score } = await scored(
      { type: 'http', options: { url: `${server.url}/score` } },
      { journal: bench.journal },
    );
    expect(score).toMatchObject({ value: 0.5, feedback: 'half' });
    expect(server.received).toHaveLength(0);
  });

  it('has its key from variables of its own, and takes no option that it does not know', () => {
    const parse = (options: object) =>
      prepareSuite({ evaluators: [{ id: 'a', type: 'http', options: { ...options } }] }, evaluators);
    expect(() => parse({ url: 'http://a.b', keyRef: 'env:OPENAI_API_KEY' })).toThrow(/PARETUNE_EVALUATOR_KEY/);
    expect(() => parse({ url: 'ftp://a.b' })).toThrow(/url/i);
    expect(() => parse({ url: 'https://user:secret@a.b' })).toThrow(/user name or password/);
    expect(() => parse({ url: 'http://a.b', keyRef: 'env:PARETUNE_EVALUATOR_TONE_KEY' })).not.toThrow();
  });
});

describe('embedding-similarity', () => {
  let server: SimulatedModel;
  beforeAll(async () => {
    server = await startSimulatedModel();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.reset();
    server.setFaults({});
  });
  const prices = createPriceTable({ models: [{ provider: 'openai', model: 'sim-embed', input: 0.02, output: 0 }] });
  const ask = (output: string, options: object = {}, rest: Setting = {}) =>
    scored(
      {
        type: 'embedding-similarity',
        options: { model: { provider: 'openai', model: 'sim-embed', baseUrl: `${server.url}/v1` }, ...options },
      },
      { output, prices, ...rest },
    );

  it('is the cosine, from a floor on; the nearest of several answers counts', async () => {
    expect((await ask('thirty long days')).score?.value).toBeCloseTo(2 / Math.sqrt(6), 5);
    expect((await ask('thirty long days', { floor: 0.7 })).score?.value).toBeCloseTo((2 / Math.sqrt(6) - 0.7) / 0.3, 5);
    expect(await ask('purple monkeys')).toMatchObject({ score: { value: 0, pass: false, category: 'not-similar' } });
    const several = { ...ROW, expected: ['a week', 'thirty days'] };
    expect((await ask('days thirty', {}, { row: several })).score?.value).toBeCloseTo(1, 5);
  });

  it('is booked to the token and the dollar, once for a text', async () => {
    const { bench } = await ask('thirty long days');
    const { promptTokens, answered } = server.stats().byModel['sim-embed'] ?? {};
    expect(answered).toBe(2);
    expect(bench.ledger.spent).toMatchObject({ tokens: promptTokens, nanoUsd: 20 * (promptTokens ?? 0) });
    expect(bench.journal.entries.map(({ request }) => request['api'])).toEqual(['embeddings', 'embeddings']);
    await expect(ask('thirty long days', {}, { limits: { tokens: 10 } })).rejects.toThrow('budget.tokens');
  });

  it('asks nobody about an empty output, the same text or a row without an answer', async () => {
    expect((await ask(' ')).score).toMatchObject({ value: 0, category: 'empty-output' });
    expect((await ask('thirty days')).score?.value).toBe(1);
    const { expected: _expected, ...without } = ROW;
    expect((await ask('x', {}, { row: without })).score?.value).toBeNull();
    expect(server.stats().requests).toBe(0);
  });

  it('has no score when the provider fails', async () => {
    server.setFaults({ serverError: 1 });
    expect((await ask('x')).score).toMatchObject({ value: null, pass: false, category: 'provider-error' });
  });

  it('reads vectors of floats too, and refuses those that do not fit', async () => {
    const other = await startScriptedServer();
    const vector = (...embedding: number[]) =>
      json({ data: [{ embedding }], usage: { prompt_tokens: 3, total_tokens: 3 } });
    const model = { provider: 'openai-compatible', model: 'nomic', baseUrl: `${other.url}/v1` };
    other.script(vector(1, 0), vector(1, 1));
    expect((await ask('x', { model })).score?.value).toBeCloseTo(Math.SQRT1_2, 5);
    other.script(vector(1, 0), vector(1, 1, 1));
    expect((await ask('x', { model })).score).toMatchObject({ value: null, category: 'evaluator-error:parse-error' });
    other.script(vector(0, 0));
    expect((await ask('x', { model })).score).toMatchObject({ value: null });
    await other.close();
  });
});
