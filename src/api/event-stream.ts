import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../domain/clock.ts';

/** A comment now and then keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** The last event of a job is stored a moment after its end: so long a stream waits for it. */
const LAST_EVENT_MS = 1_000;

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
  /** Null while it has not ended. */
  readonly endedAt: Date | null;
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
  /** Ends every stream: the service stops. Clients come back with `Last-Event-ID`. */
  close(): void;
}

export function createEventStreams(options: {
  readonly clock: Clock;
  readonly heartbeatMs?: number | undefined;
}): EventStreams {
  const open = new Set<() => void>();
  return {
    open: async (request, reply, source, start) => {
      const connection = createConnection(request, reply, options.heartbeatMs ?? HEARTBEAT_MS);
      open.add(connection.close);
      const unsubscribe = source.subscribe(connection.wake);
      // The job may have moved on between the caller's look at it and the subscription.
      connection.wake();
      try {
        await pump(connection, source, start, options.clock);
      } catch (error) {
        request.log.error({ err: error instanceof Error ? error.message : error }, 'event stream failed');
      } finally {
        unsubscribe();
        connection.close();
        open.delete(connection.close);
      }
    },
    close: () => {
      for (const close of open) close();
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
async function pump(connection: Connection, source: EventSource, start: StreamStart, clock: Clock): Promise<void> {
  let cursor = start.after;
  let end = start.end;
  let waiting: NodeJS.Timeout | undefined;
  try {
    while (!connection.closed) {
      const page = await source.page(cursor);
      if (page.count > 0) {
        await connection.write(page.chunk);
        cursor = page.last;
      }
      if (page.full) continue;
      if (page.ended) break;
      if (end.endedAt === null && page.count === 0) {
        end = await source.end();
        // What was stored between the two reads is not missed.
        if (end.endedAt !== null) continue;
      }
      if (end.endedAt !== null) {
        const left = end.endedAt.getTime() + LAST_EVENT_MS - clock.now().getTime();
        if (left <= 0) break;
        waiting ??= setTimeout(connection.wake, left);
      }
      await connection.woken();
    }
    if (connection.closed) return;
    if (end.endedAt === null) end = await source.end();
    const { status, stopReason } = end;
    await connection.write(`event: end\ndata: ${JSON.stringify({ status, stopReason })}\n\n`);
  } finally {
    clearTimeout(waiting);
  }
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
  // nginx would collect events otherwise.
  'x-accel-buffering': 'no',
} as const;
