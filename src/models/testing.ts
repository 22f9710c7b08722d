import { once } from 'node:events';
import http from 'node:http';
import type { Amounts } from '../domain/budget.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import { Ledger, type Reservation } from '../domain/ledger.ts';
import type { ModelConfig, ModelRequest } from '../domain/model.ts';
import { createRandom } from '../search/random.ts';
import { createModelGateway, type GatewayParts } from './gateway.ts';
import { createMemoryJournal, type MemoryJournal } from './journal.ts';
import type { LimitSettings } from './limit-settings.ts';
import { createLimiterPools, type Wait } from './limiter.ts';
import { createPriceTable } from './prices.ts';

/** What the scripted server was sent. */
export interface Received {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export type Reply = (response: http.ServerResponse, received: Received) => void | Promise<void>;

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** Replies in order; the last one is repeated. */
  script(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

/** A server that answers what a test tells it to, faults of the protocol included. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  let received: Received[] = [];
  let replies: readonly Reply[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const entry = { path: request.url ?? '', headers: request.headers, body: text === '' ? {} : JSON.parse(text) };
    const reply = replies[Math.min(received.length, replies.length - 1)];
    received.push(entry);
    await reply?.(response, entry);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get received() {
      return received;
    },
    script: (...next) => {
      received = [];
      replies = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function raw(text: string, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

/** Reads the request and closes the connection without a word. */
export const reset: Reply = (response) => {
  response.socket?.destroy();
};

/** Promises more than it sends. */
export function truncated(body: unknown): Reply {
  return (response) => {
    const text = JSON.stringify(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  };
}

/** Never answers. */
export const silence: Reply = () => {};

/** Time that passes only when somebody waits. */
export function fakeTime(start = Date.UTC(2026, 0, 1)) {
  let now = start;
  const waits: number[] = [];
  const wait: Wait = async (ms, signal) => {
    signal.throwIfAborted();
    waits.push(ms);
    // As with real timers, everybody who waits for an earlier moment goes on first.
    const until = now + ms;
    await new Promise((resolve) => setImmediate(resolve));
    now = Math.max(now, until);
    signal.throwIfAborted();
  };
  return {
    clock: { now: () => new Date(now) },
    wait,
    waits,
    advance: (ms: number) => {
      now += ms;
    },
    elapsed: () => now - start,
  };
}

export interface Bench {
  readonly gateway: ModelGateway;
  readonly ledger: Ledger;
  readonly journal: MemoryJournal;
  readonly time: ReturnType<typeof fakeTime>;
  readonly abort: AbortController;
  /** Reserves the bound of the request, completes it, releases. */
  ask(request: ModelRequest): ReturnType<ModelGateway['complete']>;
  reserve(request: ModelRequest): Promise<Reservation>;
}

const policy = { allowLoopback: true, allowedHosts: [] };

/** A gateway with everything a test may want to look at. */
export function createBench(
  options: Partial<GatewayParts> & {
    readonly limits?: Amounts;
    readonly journal?: MemoryJournal;
    readonly limiting?: readonly LimitSettings[];
  } = {},
): Bench {
  const time = fakeTime();
  const ledger = new Ledger(options.limits ?? {});
  const journal = options.journal ?? createMemoryJournal();
  const abort = new AbortController();
  const { clock, wait } = time;
  const gateway = createModelGateway({
    ledger,
    pools: createLimiterPools(options.limiting ?? [], { clock, wait }),
    prices: createPriceTable(),
    secrets: () => 'sk-test-0123456789',
    address: policy,
    clock,
    wait,
    random: createRandom('jitter'),
    signal: abort.signal,
    concurrency: 16,
    ...options,
    journal,
  });
  const reserve = (request: ModelRequest) => {
    const bound = gateway.bound(request);
    const tokens = bound.inputTokens + bound.outputTokens;
    return ledger.reserve({
      tokens,
      nanoUsd: bound.cost ?? 0,
      ...(request.role === 'reflection' && { reflectionTokens: tokens }),
    });
  };
  return {
    gateway,
    ledger,
    journal,
    time,
    abort,
    reserve,
    ask: async (request) => {
      const reservation = await reserve(request);
      try {
        return await gateway.complete(request, reservation);
      } finally {
        reservation.release();
      }
    },
  };
}

export function requestOf(config: ModelConfig, rest: Partial<ModelRequest> = {}): ModelRequest {
  return {
    role: 'task',
    config,
    messages: [
      { role: 'system', content: 'Answer with one word of the list.' },
      { role: 'user', content: 'Where is my invoice of last month?' },
    ],
    ordinal: 0,
    ...rest,
  };
}

/** Answers in the shapes of the three protocols. 20 input tokens (4 from the cache), 7 output tokens. */
export const ANSWERS = {
  chat: (text = 'billing', finish = 'stop') => ({
    id: 'c1',
    object: 'chat.completion',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: text } }],
    usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27, prompt_tokens_details: { cached_tokens: 4 } },
  }),
  responses: (text = 'billing') => ({
    id: 'r1',
    object: 'response',
    status: 'completed',
    model: 'gpt-4o-mini-2024-07-18',
    output: [
      { type: 'reasoning', id: 'x', summary: [] },
      { type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
    ],
    usage: { input_tokens: 20, output_tokens: 7, total_tokens: 27, input_tokens_details: { cached_tokens: 4 } },
  }),
  messages: (text = 'billing', stop = 'end_turn') => ({
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    stop_reason: stop,
    content: [{ type: 'text', text }],
    usage: { input_tokens: 13, cache_creation_input_tokens: 3, cache_read_input_tokens: 4, output_tokens: 7 },
  }),
};
