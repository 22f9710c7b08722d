import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { ANSWERS, createBench, json, requestOf, type ScriptedServer, startScriptedServer } from './testing.ts';

let gateway: ScriptedServer;
beforeAll(async () => {
  gateway = await startScriptedServer();
});
afterAll(() => gateway.close());

it("calls without an address take the operator's, keep their name, and one with an address of its own goes there", async () => {
  const plain = { provider: 'openai', model: 'gpt-4.1-mini' } as const;
  const providerUrls = readConfig({ OPENAI_BASE_URL: `${gateway.url}/v1` }).providerUrls;
  gateway.script(json(ANSWERS.chat('shipping')));
  const bench = createBench({ providerUrls });
  expect(await bench.ask(requestOf(plain))).toMatchObject({ text: 'shipping', replayed: false });
  expect(gateway.received.map(({ path }) => path)).toEqual(['/v1/chat/completions']);

  // The journal serves a process that takes another road.
  const elsewhere = createBench({ journal: bench.journal, providerUrls: { openai: 'http://127.0.0.1:1/v1' } });
  expect(await elsewhere.ask(requestOf(plain))).toMatchObject({ text: 'shipping', replayed: true });

  gateway.script(json(ANSWERS.chat('billing')));
  const own = createBench({ providerUrls: { openai: 'http://127.0.0.1:1/v1' } });
  expect(await own.ask(requestOf({ ...plain, baseUrl: `${gateway.url}/v1` }))).toMatchObject({ text: 'billing' });
});

it('an address that is none stops the start', () => {
  expect(() => readConfig({ ANTHROPIC_BASE_URL: 'gateway.internal' })).toThrow(/ANTHROPIC_BASE_URL.*http/);
});
