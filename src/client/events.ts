import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { z } from 'zod';
import { type Json, jsonObjectSchema } from '../domain/json.ts';
import { ApiProblem, ServiceUnreachable } from './errors.ts';
import { chunksOf, listenForSilence } from './platform.ts';
import type { Transport } from './transport.ts';

/** One fact of a job: `started`, `progress`, `candidate`, `fate`, `refusal`, `curve`, `ended`, and others that may come. */
export interface ClientEvent {
  readonly id: number;
  readonly type: string;
  readonly at: string;
  readonly data: Readonly<Record<string, Json>>;
}

export interface EventOptions {
  /** Only what came after this event; 0, the default, from the beginning; `latest`: what happens from now on. */
  readonly after?: number | 'latest';
  readonly signal?: AbortSignal;
  /** Attempts without a single event before giving up; default 8, about a minute. */
  readonly reconnects?: number;
  /** Told of each lost connection. */
  readonly onReconnect?: (why: Error, waitMs: number) => void;
}

const dataSchema = jsonObjectSchema;
/** The service sends a sign of life every 15 s. */
const SILENCE_MS = 60_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * The events of a job or an evaluation, found under the path `events`, from the beginning to its end, each once and in order: a lost connection is taken up again behind the last event
 * that arrived. Ends when the job has ended and everything is told. `ended` asks the service whether the job is over, because a closed
 * stream may also be a proxy's doing.
 */
export async function* jobEvents(
  transport: Transport,
  events: string,
  ended: () => Promise<boolean>,
  options: EventOptions = {},
): AsyncGenerator<ClientEvent> {
  const { signal, reconnects = 8 } = options;
  let last = typeof options.after === 'number' ? options.after : 0;
  // Until the first event arrives, "now" stays now.
  const fromNow = () => options.after === 'latest' && last === 0;
  let failures = 0;
  for (;;) {
    let arrived = 0;
    let why: Error;
    try {
      for await (const event of connection(transport, events, fromNow() ? 'latest' : last, signal)) {
        if (event.id <= last) continue;
        last = event.id;
        arrived += 1;
        failures = 0;
        yield event;
      }
      if (arrived === 0 && (await ended())) return;
      why = new ServiceUnreachable(transport.url, 'the event stream was closed');
      if (arrived > 0) continue;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Error) || (error instanceof ApiProblem && error.status < 500)) throw error;
      why = error;
    }
    if (failures >= reconnects) throw why;
    const waitMs = Math.min(LONGEST_WAIT_MS, 250 * 2 ** failures);
    failures += 1;
    options.onReconnect?.(why, waitMs);
    await transport.wait(waitMs, signal);
  }
}

async function* connection(
  transport: Transport,
  events: string,
  after: number | 'latest',
  signal: AbortSignal | undefined,
): AsyncGenerator<ClientEvent> {
  const silence = new AbortController();
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const watch = listenForSilence(SILENCE_MS, () => silence.abort(new Error('the event stream fell silent')));
  const queue: ClientEvent[] = [];
  const parser = createParser({ onEvent: (message) => queue.push(...eventOf(message)) });
  const decoder = new TextDecoder();
  try {
    const response = await transport.request({
      method: 'GET',
      path: events,
      accept: 'text/event-stream',
      query: { after: after === 'latest' ? after : undefined },
      headers: typeof after === 'number' && after > 0 ? { 'last-event-id': String(after) } : {},
      signal: both,
    });
    for await (const chunk of chunksOf(response.body)) {
      watch.heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* queue.splice(0);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiProblem || error instanceof ServiceUnreachable) throw error;
    throw new ServiceUnreachable(transport.url, 'the event stream broke off', { cause: error });
  } finally {
    watch.stop();
    // Whoever stops reading early must not hold the connection open.
    silence.abort();
  }
}

function eventOf(message: EventSourceMessage): ClientEvent[] {
  const id = Number(message.id ?? Number.NaN);
  if (!Number.isInteger(id)) return [];
  let parsed: z.ZodSafeParseResult<Record<string, Json>>;
  try {
    parsed = dataSchema.safeParse(JSON.parse(message.data));
  } catch {
    return [];
  }
  if (!parsed.success) return [];
  const { at, ...data } = parsed.data;
  return [{ id, type: message.event ?? 'message', at: typeof at === 'string' ? at : '', data }];
}
