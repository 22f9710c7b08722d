import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
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
    '0177.0.0.1',
    '127.1',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '127.0.0.1.',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b:1::127.0.0.1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '0',
    '0.0.0.0',
    '169.254.169.254',
    '168.63.129.16',
    '[::ffff:169.254.169.254]',
    '[fd00:ec2::254]',
    '[fc00::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '192.0.0.192',
    '100.100.100.200',
    '255.255.255.255',
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

describe('a name', () => {
  /** What the name resolves to, look-up by look-up; the last answer is repeated. */
  const resolves = (...answers: readonly (readonly string[])[]) => {
    let asked = 0;
    const spy = vi.spyOn(dns, 'lookup').mockImplementation((...[, , answer]: readonly unknown[]) => {
      const addresses: LookupAddress[] = (answers[Math.min(asked++, answers.length - 1)] ?? []).map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      if (typeof answer === 'function') answer(null, addresses);
    });
    onTestFinished(() => spy.mockRestore());
    return spy;
  };
  const url = () => `http://scores.example.com:${port}/`;

  it.each([
    ['inside', ['127.0.0.1']],
    ['inside, in the clothes of IPv6', ['::ffff:127.0.0.1']],
    ['both outside and inside', ['93.184.216.34', '127.0.0.1']],
    ['nowhere', []],
  ])('that leads %s is refused', async (_where, addresses) => {
    resolves(addresses);
    expect(await reaches(url(), closed)).toBe(false);
  });

  it('cannot lead elsewhere between the check and the connection: it is asked for once', async () => {
    // Another server at the same port of another address, which is allowed.
    const allowed = http.createServer((_request, response) => response.writeHead(200, { connection: 'close' }).end());
    allowed.listen(Number(port), '127.0.0.2');
    await once(allowed, 'listening');
    onTestFinished(async () => {
      allowed.close();
      await once(allowed, 'close');
    });
    const asked = resolves(['127.0.0.2'], ['127.0.0.1']);
    const policy = open('127.0.0.2');
    server.script(json({}));
    expect((await guardedFetch(policy)(url())).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(server.received).toHaveLength(0);
    // The next connection is checked again, and the name has moved inside.
    expect(await reaches(url(), policy)).toBe(false);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

it('a redirect is not followed with the key', async () => {
  server.script(json({}, 307, { location: `${server.url}/elsewhere` }));
  const bench = createBench();
  const config = { provider: 'anthropic', model: 'claude-haiku-4-5', baseUrl: server.url } as const;
  await expect(bench.ask(requestOf(config))).rejects.toMatchObject({ failure: 'bad-request', status: 307 });
  expect(server.received.map(({ path }) => path)).toEqual(['/v1/messages']);
});
