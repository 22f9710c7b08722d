import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressPolicy, checkBaseUrl } from './address.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { createBench, json, requestOf, type ScriptedServer, startScriptedServer } from './testing.ts';

const closed: AddressPolicy = { allowLoopback: false, allowedHosts: [] };
const open = (...allowedHosts: string[]): AddressPolicy => ({ allowLoopback: false, allowedHosts });
let server: ScriptedServer;
let port: string;
beforeAll(async () => {
  server = await startScriptedServer();
  port = new URL(server.url).port;
});
afterAll(() => server.close());

/** Whether the server was reached. */
async function reaches(url: string, policy: AddressPolicy): Promise<boolean> {
  server.script(json({}));
  try {
    await guardedFetch(policy)(url);
  } catch (error) {
    expect(error).toMatchObject({ code: 'address_refused' });
  }
  return server.received.length > 0;
}

describe('addresses inside the network', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '169.254.169.254',
    '[fd00::1]',
    '10.0.0.1',
    '100.64.0.1',
  ])('are refused: %s', async (host) => {
    expect(await reaches(`http://${host}:${port}/`, closed)).toBe(false);
  });

  it('are reached where the operator allows them, and nowhere else', async () => {
    expect(await reaches(server.url, { allowLoopback: true, allowedHosts: [] })).toBe(true);
    expect(await reaches(`http://localhost:${port}`, { allowLoopback: true, allowedHosts: [] })).toBe(true);
    expect(await reaches(server.url, open('127.0.0.0/8'))).toBe(true);
    expect(await reaches(server.url, open('10.0.0.0/8'))).toBe(false);
    expect(await reaches(`http://localhost:${port}`, open('localhost'))).toBe(true);
    expect(await reaches(`http://localhost:${port}`, open(`localhost:${port}`))).toBe(true);
    expect(await reaches(`http://localhost:${port}`, open('localhost:1'))).toBe(false);
    expect(await reaches(server.url, open('localhost'))).toBe(false);
  });

  it('are told at submit when the URL shows them', () => {
    expect(() => checkBaseUrl('http://169.254.169.254/latest', closed)).toThrow(/PARETUNE_ALLOWED_HOSTS/);
    expect(() => checkBaseUrl('https://user:secret@example.com/v1', closed)).toThrow(/apiKeyRef/);
    expect(() => checkBaseUrl('https://api.openai.com/v1', closed)).not.toThrow();
  });

  it('stop a call with their own error, journaled by nobody', async () => {
    // Without a key: one would not travel there in the first place.
    const bench = createBench({ address: closed, secrets: () => undefined });
    const config = { provider: 'openai-compatible', model: 'm', baseUrl: `http://localhost:${port}/v1` } as const;
    await expect(bench.ask(requestOf(config))).rejects.toMatchObject({ code: 'address_refused' });
    expect(bench.journal.entries).toHaveLength(0);
  });
});

it('a redirect is not followed with the key', async () => {
  server.script(json({}, 307, { location: `${server.url}/elsewhere` }));
  const bench = createBench();
  const config = { provider: 'anthropic', model: 'claude-haiku-4-5', baseUrl: server.url } as const;
  await expect(bench.ask(requestOf(config))).rejects.toMatchObject({ failure: 'bad-request', status: 307 });
  expect(server.received.map(({ path }) => path)).toEqual(['/v1/messages']);
});
