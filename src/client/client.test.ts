import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientEvent, createClient } from './index.ts';

/** What a service answers, request by request. */
type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that answers by script (the last handler answers all further requests) and remembers what it was asked. */
async function serve(...handlers: Handler[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const handler = handlers[Math.min(seen.length, handlers.length - 1)];
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      handler?.(request, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  open.push(close);
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const url = `http://127.0.0.1:${port}`;
  const client = createClient({
    url: `${url}/`,
    apiKey: 'pt_key',
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  });
  return { client, seen, waits, url, close };
}

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, _body, response) => {
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      'x-request-id': 'req-1',
      ...headers,
    });
    response.end(JSON.stringify(value));
  };
const lost: Handler = (request) => request.socket.destroy();

const job = (status = 'running') => ({
  id: 'job_1',
  name: 'triage',
  status,
  stopReason: null,
  error: null,
  progress: { fraction: 0, rollouts: 0, proposals: 0, accepted: 0, refused: 0 },
  spent: {
    rollouts: 0,
    confirmationRollouts: 0,
    tokens: 0,
    reflectionTokens: 0,
    usd: 0,
    seconds: 0,
    byRole: {},
    saved: { calls: 0, tokens: 0, usd: 0 },
  },
  budget: { rollouts: 10, carbon: 3 },
  baseline: null,
  noise: null,
  best: null,
  verdict: null,
  warnings: [],
  prices: null,
  resolved: {},
  resolvedSha256: 'a',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
  newerField: true,
});

const body = {
  prompt: 'a@1',
  dataset: 'b@1',
  suite: 'c@1',
  models: { task: { provider: 'openai' as const, model: 'm' } },
  budget: { rollouts: 10 },
};

describe('requests', () => {
  it('repeat a POST whose answer was lost under the same idempotency key, and another POST under another one', async () => {
    const { client, seen, waits } = await serve(
      lost,
      json(503, { type: 'urn:x:unavailable', title: 't' }),
      json(202, job()),
    );
    expect((await client.jobs.submit(body)).id).toBe('job_1');
    await client.jobs.submit(body);
    const keys = seen.map((request) => request.headers['idempotency-key']);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(waits).toEqual([250, 500]);
    expect(seen[0]?.headers.authorization).toBe('Bearer pt_key');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(body);
  });

  it('wait for the first attempt when it is still under way, and take another 409 for what it is', async () => {
    const underWay = json(409, { type: 'urn:x:conflict', title: 't' }, { 'retry-after': '1' });
    const { client, seen } = await serve(lost, underWay, underWay, underWay, underWay, json(202, job()));
    expect((await client.jobs.submit(body)).id).toBe('job_1');
    expect(seen).toHaveLength(6);
    const taken = await serve(json(409, { type: 'urn:x:conflict', title: 't', detail: 'the name is taken' }));
    await expect(taken.client.jobs.submit(body)).rejects.toMatchObject({ status: 409, detail: 'the name is taken' });
    expect(taken.seen).toHaveLength(1);
  });

  it('wait as long as the service asks for', async () => {
    const { client, waits } = await serve(
      json(429, { type: 'urn:x:busy', title: 't' }, { 'retry-after': '3' }),
      json(200, job()),
    );
    await client.jobs.get('job_1');
    expect(waits).toEqual([3000]);
  });

  it('give a problem with its code, fields and request id, at once', async () => {
    const errors = [{ path: 'budget.rollouts', message: 'must be a number' }];
    const { client, seen } = await serve(
      json(422, {
        type: 'urn:paretune:error:unprocessable',
        title: 't',
        status: 422,
        detail: 'budget is wrong',
        errors,
      }),
    );
    const failing = client.jobs.submit(body);
    await expect(failing).rejects.toMatchObject({
      name: 'ApiProblem',
      status: 422,
      code: 'unprocessable',
      detail: 'budget is wrong',
      errors,
      requestId: 'req-1',
    });
    expect(seen).toHaveLength(1);
  });

  it('tell an absent service, and one that is not Paretune, from a refusal', async () => {
    const { client, close, waits } = await serve((_request, _body, response) =>
      response.writeHead(404).end('<h1>nginx</h1>'),
    );
    await expect(client.jobs.get('x')).rejects.toMatchObject({
      name: 'ServiceUnreachable',
      message: expect.stringContaining('HTTP 404: <h1>nginx'),
    });
    await close();
    await expect(client.jobs.get('x')).rejects.toMatchObject({
      name: 'ServiceUnreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(waits.length).toBeGreaterThan(0);
  });

  it('read answers of a newer service, and refuse what is no job', async () => {
    const { client } = await serve(json(200, job()), json(200, { id: 1 }));
    expect((await client.jobs.get('job_1')).budget).toEqual({ rollouts: 10, carbon: 3 });
    await expect(client.jobs.get('job_1')).rejects.toThrow(/\(id: /);
  });

  it('escape what users put into paths', async () => {
    const { client, seen } = await serve(json(200, job()));
    await client.jobs.get('../keys?x=1');
    expect(seen[0]?.url).toBe('/v1/jobs/..%2Fkeys%3Fx%3D1');
  });

  it('stream an upload, and stream it again from its beginning after a lost answer', async () => {
    const rows = '{"input":"a"}\n{"input":"b"}\n';
    const { client, seen } = await serve(
      (request, _body) => request.socket.destroy(),
      json(201, {
        ref: 'rows@1',
        name: 'rows',
        version: 1,
        sha256: 's',
        rowCount: 2,
        splits: { train: 1, validation: 1, test: 0 },
        splitRatio: { train: 0.4, validation: 0.3, test: 0.3 },
        bytes: 28,
        warnings: [],
        message: '',
        author: '',
        createdAt: '2026-01-01T00:00:00.000Z',
      }),
    );
    const made = await client.datasets.upload('rows', {
      format: 'jsonl',
      open: () => new Blob([rows]).stream(),
    });
    expect(made).toMatchObject({ ref: 'rows@1', rowCount: 2, warnings: [] });
    expect(seen.map((request) => request.body)).toEqual([rows, rows]);
    expect(seen[1]?.headers['content-type']).toBe('application/x-ndjson');
    expect(seen[1]?.headers['transfer-encoding']).toBe('chunked');
  });
});

describe('events', () => {
  const sse =
    (events: readonly (readonly [number, string, object])[], end: 'close' | 'break' = 'close'): Handler =>
    (_request, _body, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const text = events.map(([id, type, data]) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
      response.write(`: still here\n\n${text.join('')}`, () => (end === 'close' ? response.end() : response.destroy()));
    };
  const all = async (events: AsyncIterable<ClientEvent>) => {
    const list: ClientEvent[] = [];
    for await (const event of events) list.push(event);
    return list;
  };

  it('come once and in order over broken connections, resumed behind the last one, until the job has ended', async () => {
    const { client, seen, waits } = await serve(
      sse(
        [
          [1, 'started', { at: 'now', attempt: 1 }],
          [2, 'curve', { score: 0.5 }],
        ],
        'break',
      ),
      json(503, { type: 'urn:x:unavailable', title: 't' }),
      sse([
        [2, 'curve', { score: 0.5 }],
        [3, 'curve', { score: 0.6 }],
      ]),
      sse([[4, 'ended', { status: 'succeeded' }]]),
      sse([]),
      json(200, job('succeeded')),
    );
    const events = await all(client.jobs.events('job_1'));
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [1, 'started'],
      [2, 'curve'],
      [3, 'curve'],
      [4, 'ended'],
    ]);
    expect(events[0]).toEqual({ id: 1, type: 'started', at: 'now', data: { attempt: 1 } });
    const resumed = seen.filter(({ url }) => url.endsWith('/events')).map(({ headers }) => headers['last-event-id']);
    expect(resumed).toEqual([undefined, '2', '2', '3', '4']);
    expect(waits.length).toBeGreaterThan(0);
  });

  it('are asked for again when the stream closes while the job still runs', async () => {
    const { client, seen } = await serve(
      sse([]),
      json(200, job('running')),
      sse([[1, 'ended', {}]]),
      sse([]),
      json(200, job('succeeded')),
    );
    expect(await all(client.jobs.events('job_1'))).toHaveLength(1);
    expect(seen).toHaveLength(5);
  });

  it('give up when the service stays away, and at once when it refuses', async () => {
    const gone = await serve(lost);
    await expect(all(gone.client.jobs.events('job_1', { reconnects: 2 }))).rejects.toMatchObject({
      name: 'ServiceUnreachable',
    });
    const refused = await serve(json(404, { type: 'urn:x:not_found', title: 't', detail: 'no such job' }));
    await expect(all(refused.client.jobs.events('job_1'))).rejects.toMatchObject({ code: 'not_found' });
    expect(refused.seen).toHaveLength(1);
  });

  it('stop when the reader stops', async () => {
    let closed: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { client } = await serve((request, _body, response) => {
      request.socket.on('close', () => closed());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 1\nevent: started\ndata: {}\n\n');
    });
    for await (const event of client.jobs.events('job_1')) {
      expect(event.type).toBe('started');
      break;
    }
    await gone;

    const controller = new AbortController();
    const reading = all(client.jobs.events('job_1', { signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
