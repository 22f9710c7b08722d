import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JobEventView } from '../domain/views/job-view.ts';

/** A comment now and then keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;

/** What a stream reads from: stored events after an id, and a wake-up when there are more. */
export interface EventSource {
  after(id: number, limit: number): Promise<readonly JobEventView[]>;
  /** Calls back whenever there may be new events. Returns the end of listening. */
  subscribe(wake: () => void): () => void;
  /** True once the job has ended: when all is sent, the stream closes. */
  ended(): Promise<boolean>;
}

const PAGE = 500;

/**
 * Server-sent events over a durable event table: what was missed is read from the table, so `Last-Event-ID` resumes without a gap and a
 * slow reader never makes the service buffer.
 */
export async function streamEvents(request: FastifyRequest, reply: FastifyReply, source: EventSource): Promise<void> {
  const last = request.headers['last-event-id'];
  let cursor = typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : 0;
  let wake: () => void = () => undefined;
  let pending = true;
  let closed = false;
  const poke = () => {
    pending = true;
    wake();
  };
  const unsubscribe = source.subscribe(poke);
  request.raw.on('close', () => {
    closed = true;
    wake();
  });
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-request-id': request.id,
    'x-accel-buffering': 'no',
  });
  out.flushHeaders();
  const heartbeat = setInterval(() => out.write(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const write = (text: string) =>
    out.write(text) || closed
      ? undefined
      : new Promise<void>((resolve) => {
          out.once('drain', resolve);
          out.once('close', resolve);
        });
  try {
    while (!closed) {
      pending = false;
      const ended = await source.ended();
      const events = await source.after(cursor, PAGE);
      for (const event of events) {
        cursor = event.id;
        await write(
          `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify({ at: event.at, ...event.data })}\n\n`,
        );
      }
      if (events.length === PAGE) continue;
      if (ended && events.length === 0) break;
      if (!pending && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (pending || closed) resolve();
        });
      }
    }
  } catch (error) {
    request.log.error({ err: error }, 'event stream failed');
  } finally {
    clearInterval(heartbeat);
    unsubscribe();
    out.end();
  }
}
