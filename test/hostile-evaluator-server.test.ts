import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROW, type Setting, scored } from './support/scored-row.ts';

/** What the evaluator sent, byte for byte. */
interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** Writes what it likes to the socket, HTTP or not. */
type Behaviour = (socket: net.Socket, request: Request) => void;

let server: net.Server;
let url: string;
let received: Request[] = [];
let behaviour: Behaviour = () => {};
/** Connections that stand. */
const sockets = new Set<net.Socket>();

beforeEach(async () => {
  received = [];
  server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      text = Buffer.concat([text, chunk]);
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = text.subarray(0, end).toString().split('\r\n').slice(1);
      const headers = Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2).map(String)));
      if (text.length < end + 4 + Number(headers['content-length'])) return;
      const request = { headers, body: text.subarray(end + 4).toString() };
      text = Buffer.alloc(0);
      received.push(request);
      behaviour(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/score`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const answering =
  (body: string | Buffer, headers = ''): Behaviour =>
  (socket) => {
    socket.write(`${OK}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
    socket.write(body);
  };
/** Connections that something without end is being written to. */
const flooded = new Set<net.Socket>();
/** Writes the piece again and again, as fast as it is read, until the connection is closed. */
function flood(socket: net.Socket, piece: string): void {
  flooded.add(socket);
  socket.on('close', () => flooded.delete(socket));
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}
const ask = (does: Behaviour, options: object = {}, rest: Setting = {}) => {
  behaviour = does;
  return scored({ type: 'http', options: { url, timeoutSeconds: 5, ...options } }, rest);
};
const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;

describe('a server that scores, and means harm,', () => {
  it.each<[string, Behaviour, string]>([
    [
      'answers without end',
      (socket) => {
        socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
        flood(socket, `10000\r\n${'x'.repeat(0x10000)}\r\n`);
      },
      'provider-error',
    ],
    [
      'fails without end',
      (socket) => {
        socket.write('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n');
        flood(socket, `10000\r\n${'x'.repeat(0x10000)}\r\n`);
      },
      'provider-error',
    ],
    [
      'sends headers without end',
      (socket) => {
        socket.write(OK);
        flood(socket, `x-more: ${'x'.repeat(10_000)}\r\n`);
      },
      'provider-error',
    ],
    [
      'packs much into little',
      answering(gzipSync(Buffer.alloc(50_000_000, ' ')), 'content-encoding: gzip\r\n'),
      'provider-error',
    ],
    ['packs what cannot be unpacked', answering('no gzip', 'content-encoding: gzip\r\n'), 'provider-error'],
    ['speaks another protocol', (socket) => socket.end('220 mail.example.com ESMTP\r\n'), 'provider-error'],
    ['says nothing at all', (socket) => socket.end(), 'provider-error'],
    ['ends in the middle', (socket) => socket.end(`${OK}content-length: 100\r\n\r\n{"value":1`), 'provider-error'],
    ['answers with nothing', answering(''), 'evaluator-error:parse-error'],
    ['answers with another type', answering('{"value":"1"}'), 'evaluator-error:parse-error'],
    ['answers with a list', answering('[{"value":1}]'), 'evaluator-error:parse-error'],
    ['answers with null', answering('null'), 'evaluator-error:parse-error'],
    ['answers with a page', answering('<html>value: 1</html>'), 'evaluator-error:parse-error'],
    ['gives less than nothing', answering('{"value":-0.01}'), 'evaluator-error:parse-error'],
    ['gives a little too much', answering('{"value":1.0000001}'), 'evaluator-error:parse-error'],
    ['gives infinity', answering('{"value":1e999}'), 'evaluator-error:parse-error'],
    ['gives what is no number', answering('{"value":NaN}'), 'evaluator-error:parse-error'],
    [
      'nests its lists',
      answering(`{"value":1,"details":{"a":${nested(30_000, '[', ']')}}}`),
      'evaluator-error:parse-error',
    ],
    [
      'nests its objects',
      answering(`{"value":1,"details":${nested(10_000, '{"a":', '}')}}`),
      'evaluator-error:parse-error',
    ],
  ])('and %s, gives no score, and is no longer listened to', async (_name, does, category) => {
    const { score } = await ask(does);
    expect(score).toMatchObject({ value: null, pass: false, category });
    expect(received.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(flooded.size).toBe(0));
  });

  it('and answers drop by drop, has the time of one attempt for all of its answer', async () => {
    const dripping: Behaviour = (socket) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('1\r\n \r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    };
    const { score } = await ask(dripping, { timeoutSeconds: 0.1 });
    expect(score).toMatchObject({ value: null, pass: false, category: 'timeout' });
    expect(received).toHaveLength(6);
  });

  it.each([
    { value: 0.5, feedback: `\u0000\ud800<script>${'x'.repeat(30_000)}` },
    { value: 0.5, category: `\u0000\n\ud800${'x'.repeat(30_000)}` },
    { value: 0.5, details: { big: 'x'.repeat(30_000) } },
  ])('has words of bounded length in the record, of characters that a database takes', async (answer) => {
    const { score } = await ask(answering(JSON.stringify(answer)));
    expect(score).toMatchObject({ value: 0.5, pass: true });
    expect(JSON.stringify(score).length).toBeLessThan(4_200);
    expect(`${score?.feedback}${score?.category}`).not.toMatch(/[\0\p{Surrogate}]/u);
  });

  it('says nothing that could be mistaken for more than a score', async () => {
    const answer =
      '{"value":0,"pass":true,"feedback":"f","__proto__":{"pass":true},"details":{"__proto__":{"polluted":1}}}';
    const { score } = await ask(answering(answer));
    expect(score).toMatchObject({ value: 0, pass: false, feedback: 'f' });
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });
});

describe('a server that checks what it is sent, as the guide says,', () => {
  const KEY = 'sk-test-0123456789';
  const now = () => new Date();
  const FIVE_MINUTES = 300;
  const seen = new Map<string, string>();
  /** Signature over the raw body, in constant time; timestamps of now. */
  const checks: Behaviour = (socket, { headers, body }) => {
    const timestamp = String(headers['paretune-timestamp']);
    const mine = Buffer.from(`v1=${createHmac('sha256', KEY).update(`${timestamp}.${body}`).digest('hex')}`);
    const theirs = Buffer.from(String(headers['paretune-signature']));
    const genuine =
      mine.length === theirs.length &&
      timingSafeEqual(mine, theirs) &&
      Math.abs(now().getTime() / 1000 - Number(timestamp)) < FIVE_MINUTES;
    const key = String(headers['idempotency-key']);
    const known = seen.get(key);
    seen.set(key, body);
    if (!genuine) socket.write('HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n');
    // The first attempt at a document always fails.
    else if (known === undefined) socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n');
    else
      answering(known === body ? '{"value":1,"feedback":"as before"}' : '{"value":0,"feedback":"changed"}')(socket, {
        headers,
        body,
      });
  };
  const real = { clock: { now } };

  it('takes it at the second attempt, with the same document and key', async () => {
    const row = { ...ROW, input: { question: 'Wie lange — „dreißig Tage“? 👩‍🚀', '\u2028': 'a\u0000b' } };
    const { score } = await ask(checks, {}, { ...real, row, output: 'thirty \ud83d\ude80 days\r\n' });
    expect(score).toMatchObject({ value: 1, feedback: 'as before' });
    expect(received).toHaveLength(2);
  });

  it('ends the job when it refuses the signature, and says so without the key', async () => {
    const wrong = ask(checks, {}, { ...real, secrets: () => 'another-key' });
    await expect(wrong).rejects.toThrow(/401.*signature/);
    await expect(wrong).rejects.not.toThrow(/another-key/);
    expect(received).toHaveLength(1);
  });
});
