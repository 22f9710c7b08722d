import type { FastifyReply, FastifyRequest } from 'fastify';
import { withoutValues } from '../store/store-error.ts';

/** A comment now and then keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;

/** Stored events after an id, as they go over the wire; one object serves every stream that is at the same place. */
export interface EventPage {
  readonly chunk: Buffer;
  readonly count: number;
  /** Id of the last one. */
  readonly last: number;
  /** There are more now. */
  readonly full: boolean;
  /** The event that says that the job has ended is among them. */
  readonly ended: boolean;
}

export interface EndOfJob {
  readonly status: string;
  readonly stopReason: string | null;
  readonly ended: boolean;
}

/** What a stream reads from: stored events, the job's end, and a wake-up when there may be more. */
export interface EventSource {
  page(after: number): Promise<EventPage>;
  end(): Promise<EndOfJob>;
  /** Returns the end of listening. */
  subscribe(wake: () => void): () => void;
}

export interface StreamStart {
  /** Id of the last event that the client has. */
  readonly after: number;
  /** How the job stood when the request came. */
  readonly end: EndOfJob;
}

export interface EventStreams {
  /**
   * Answers with server-sent events over a durable table: what was missed is read from there, so a client resumes without a gap, and a
   * slow one never makes the service buffer more than one page. Resolves when the stream is over. After the job's end the last message is
   * `event: end`, without an id.
   */
  open(request: FastifyRequest, reply: FastifyReply, source: EventSource, start: StreamStart): Promise<void>;
  /**
   * Ends every stream, and those that still come: the service stops. Clients come back with `Last-Event-ID`. Resolves when none reads the
   * store any more, which may then be closed.
   */
  close(): Promise<void>;
}

export function createEventStreams(options: { readonly heartbeatMs?: number | undefined }): EventStreams {
  const open = new Map<Connection, Promise<void>>();
  let stopped = false;
  const serve = async (connection: Connection, request: FastifyRequest, source: EventSource, start: StreamStart) => {
    const unsubscribe = source.subscribe(connection.wake);
    // The job may have moved on between the caller's look at it and the subscription.
    connection.wake();
    try {
      await pump(connection, source, start);
    } catch (error) {
      request.log.error({ err: withoutValues(error) }, 'event stream failed');
    } finally {
      unsubscribe();
      connection.close();
      open.delete(connection);
    }
  };
  return {
    open: (request, reply, source, start) => {
      const connection = createConnection(request, reply, options.heartbeatMs ?? HEARTBEAT_MS);
      if (stopped) connection.close();
      const served = serve(connection, request, source, start);
      open.set(connection, served);
      return served;
    },
    close: async () => {
      stopped = true;
      for (const connection of open.keys()) connection.close();
      await Promise.all(open.values());
    },
  };
}

interface Connection {
  readonly closed: boolean;
  /** Resolves when the client can take more. */
  write(chunk: Buffer | string): Promise<void>;
  wake(): void;
  /** Resolves at the first wake since the last call, or when the connection is closed. */
  woken(): Promise<void>;
  close(): void;
}

/** One read per wake; the end of the job is asked for only when a wake brought no event. */
async function pump(connection: Connection, source: EventSource, start: StreamStart): Promise<void> {
  let cursor = start.after;
  let end = start.end;
  while (!connection.closed) {
    const page = await source.page(cursor);
    if (page.count > 0) {
      await connection.write(page.chunk);
      cursor = page.last;
    }
    if (page.full) continue;
    // A job's last event is stored with its end.
    if (page.ended || end.ended) break;
    if (page.count === 0) {
      end = await source.end();
      // What was stored between the two reads is not missed.
      if (end.ended) continue;
    }
    await connection.woken();
  }
  if (connection.closed) return;
  if (!end.ended) end = await source.end();
  const { status, stopReason } = end;
  await connection.write(`event: end\ndata: ${JSON.stringify({ status, stopReason })}\n\n`);
}

function createConnection(request: FastifyRequest, reply: FastifyReply, heartbeatMs: number): Connection {
  const out = reply.raw;
  let closed = false;
  let pending = false;
  let notify: () => void = () => undefined;
  let drained: () => void = () => undefined;
  const wake = () => {
    pending = true;
    notify();
  };
  // A wake-up may have been lost between processes: a quiet stream looks for itself.
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(': still here\n\n');
    wake();
  }, heartbeatMs);
  const close = () => {
    if (closed) return;
    closed = true;
    clearInterval(heartbeat);
    notify();
    drained();
    out.end();
  };
  out.on('close', close);
  out.on('error', close);
  out.on('drain', () => drained());
  reply.hijack();
  const headers = { ...reply.getHeaders(), ...STREAM_HEADERS };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out.setHeader(name, value);
  out.writeHead(200);
  out.write('retry: 2000\n\n');
  request.raw.socket.setNoDelay(true);
  return {
    get closed() {
      return closed;
    },
    wake,
    close,
    write: async (chunk) => {
      if (closed || out.write(chunk)) return;
      await new Promise<void>((resolve) => {
        drained = resolve;
      });
    },
    woken: async () => {
      if (!pending && !closed) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
      pending = false;
    },
  };
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A connection that is kept after its stream would keep the service from stopping until it times out.
  connection: 'close',
  // nginx would collect events otherwise.
  'x-accel-buffering': 'no',
} as const;
