import type { AddressInfo } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobEvent } from '../../src/domain/record.ts';
import { endWithEvent } from '../../src/jobs/end-of-job.ts';
import { appendEvents } from '../../src/store/job-events.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, startTestService, type TestService } from './service.ts';

const projectId = DEFAULT_PROJECT;

describeDatabases('event streams', (open) => {
  let service: TestService;
  let base: string;
  let reads = 0;
  /** What a read of events asks the store for, and what it waits for before. */
  let ask = (id: number): number => id;
  let hold = async (): Promise<void> => undefined;
  beforeAll(async () => {
    service = await startTestService(open, { heartbeatMs: 200 });
    const { jobs } = service.deps;
    const eventsAfter = jobs.eventsAfter;
    Object.assign(jobs, {
      eventsAfter: async (...[scope, jobId, id, limit]: Parameters<typeof eventsAfter>) => {
        reads += 1;
        await hold();
        return eventsAfter(scope, jobId, ask(id), limit);
      },
    });
    await service.api.listen({ host: '127.0.0.1', port: 0 });
    const { port } = service.api.server.address() as AddressInfo;
    base = `http://127.0.0.1:${port}`;
  });
  afterAll(() => service.close());

  async function submit(): Promise<string> {
    const answer = await service.api.inject({ method: 'POST', url: '/v1/jobs', payload: jobBody });
    return answer.json<{ id: string }>().id;
  }
  /** As a worker writes: stored first, then announced. */
  async function happen(jobId: string, ...events: [type: string, n?: number][]): Promise<void> {
    const facts: JobEvent[] = events.map(([type, n = 0]) => ({ key: `${type}:${n}`, type, data: { n } }));
    await service.database.transaction((tx) => appendEvents(tx, { projectId, jobId }, facts, new Date()));
    service.feed.announce(jobId);
  }
  async function end(jobId: string): Promise<void> {
    const { database, feed, deps } = service;
    const parts = { database, feed, clock: deps.clock };
    await endWithEvent(parts, { projectId, jobId }, { status: 'succeeded', stopReason: 'search-complete' });
  }

  const follow = async (jobId: string, options: { lastEventId?: string; after?: string } = {}) => {
    const query = options.after === undefined ? '' : `?after=${options.after}`;
    const controller = new AbortController();
    const answer = await fetch(`${base}/v1/jobs/${jobId}/events${query}`, {
      headers: options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId },
      signal: controller.signal,
    });
    return { answer, controller, messages: messagesOf(answer) };
  };

  it('sends what is stored and what comes, with ids, and closes after the end', async () => {
    const jobId = await submit();
    await happen(jobId, ['started'], ['candidate', 1]);
    const { answer, messages } = await follow(jobId);
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await types(messages, 2)).toEqual(['started', 'candidate']);
    await happen(jobId, ['candidate', 2]);
    await end(jobId);
    const rest = await all(messages);
    expect(rest.map(({ event }) => event)).toEqual(['candidate', 'ended', 'end']);
    expect(JSON.parse(rest[0]?.data ?? '')).toMatchObject({ n: 2, at: expect.any(String) });
    expect(rest[0]?.id).toMatch(/^\d+$/);
    expect(rest[2]?.data).toBe('{"status":"succeeded","stopReason":"search-complete"}');
  });

  it('resumes after the last event without a gap and without a repetition', async () => {
    const jobId = await submit();
    await happen(jobId, ...Array.from({ length: 20 }, (_, n): [string, number] => ['progress', n]));
    const first = await follow(jobId);
    const seen = await take(first.messages, 7);
    first.controller.abort();
    await happen(jobId, ['progress', 20]);
    await end(jobId);
    const lastEventId = seen.at(-1)?.id ?? '';
    for (const options of [{ lastEventId }, { after: lastEventId }]) {
      const rest = await all((await follow(jobId, options)).messages);
      const numbers = [...seen, ...rest]
        .filter(({ event }) => event === 'progress')
        .map(({ data }) => JSON.parse(data).n);
      expect(numbers).toEqual(Array.from({ length: 21 }, (_, n) => n));
    }
  });

  it('leaves out what led to the state for who asks for what comes from now on', async () => {
    const jobId = await submit();
    await happen(jobId, ['started'], ['candidate', 1]);
    const { messages } = await follow(jobId, { after: 'latest' });
    await happen(jobId, ['candidate', 2]);
    await end(jobId);
    expect((await all(messages)).map(({ data }) => JSON.parse(data).n)).toEqual([2, undefined, undefined]);
  });

  it('sends more events than one read holds', async () => {
    const jobId = await submit();
    await happen(jobId, ...Array.from({ length: 1_203 }, (_, n): [string, number] => ['progress', n]));
    await end(jobId);
    const found = await all((await follow(jobId)).messages);
    expect(found.filter(({ event }) => event === 'progress')).toHaveLength(1_203);
  });

  it('tells of the end of a queued job that is cancelled, once, and closes', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId);
    const cancel = () => service.api.inject({ method: 'POST', url: `/v1/jobs/${jobId}/cancel` });
    expect((await cancel()).json()).toMatchObject({ status: 'cancelled', stopReason: 'cancelled' });
    expect((await cancel()).json()).toMatchObject({ status: 'cancelled' });
    for (const told of [await all(messages), await all((await follow(jobId)).messages)]) {
      expect(told.map(({ event }) => event)).toEqual(['ended', 'end']);
      expect(JSON.parse(told[0]?.data ?? '')).toMatchObject({ status: 'cancelled', stopReason: 'cancelled' });
      expect(told[1]?.data).toBe('{"status":"cancelled","stopReason":"cancelled"}');
    }
  });

  it('finds by itself what it was not woken for', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId);
    await service.database.transaction((tx) =>
      appendEvents(tx, { projectId, jobId }, [{ key: 'quiet', type: 'quiet', data: {} }], new Date()),
    );
    expect(await types(messages, 1)).toEqual(['quiet']);
    await end(jobId);
    await all(messages);
  });

  it('costs a read or two per wake, however many watch', async () => {
    const jobId = await submit();
    const watching = await Promise.all(Array.from({ length: 100 }, () => follow(jobId)));
    await happen(jobId, ['started']);
    for (const { messages } of watching) expect(await types(messages, 1)).toEqual(['started']);
    const before = reads;
    await happen(jobId, ['candidate', 1]);
    for (const { messages } of watching) expect(await types(messages, 1)).toEqual(['candidate']);
    // A heartbeat may look in between; 100 streams that read for themselves would be 100.
    expect(reads - before).toBeLessThan(40);
    await end(jobId);
    for (const { messages } of watching)
      expect((await all(messages)).map(({ event }) => event)).toEqual(['ended', 'end']);
  });

  it('answers an unknown job and a wrong id as problems', async () => {
    const unknown = await fetch(`${base}/v1/jobs/nobody/events`);
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    const wrong = await fetch(`${base}/v1/jobs/nobody/events`, { headers: { 'last-event-id': 'seven' } });
    expect(await wrong.json()).toMatchObject({ status: 400, errors: [{ path: 'last-event-id' }] });
  });

  it('logs what a stream broke on without the values of its query', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId, { after: '7' });
    ask = () => NaN;
    await happen(jobId, ['started']);
    expect(await all(messages)).toEqual([]);
    ask = (id) => id;
    const failed = service.lines.filter((line) => line.includes('event stream failed'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain('the database refused a statement');
    expect(failed[0]).not.toContain(jobId);
  });

  it('ends its streams when the service stops, and has no read of the store open after that', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId);
    await happen(jobId, ['started']);
    expect(await types(messages, 1)).toEqual(['started']);
    const reading = new Promise<void>((resolve) => {
      hold = async () => {
        resolve();
        await released;
      };
    });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await happen(jobId, ['candidate', 1]);
    await reading;
    let stopped = false;
    const closing = service.api.close().then(() => {
      stopped = true;
    });
    expect(await all(messages)).toEqual([]);
    await fetch(base).catch(() => undefined);
    expect(stopped).toBe(false);
    release();
    await closing;
  });
});

async function* messagesOf(answer: Response): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void ready.push(message) });
  const decoder = new TextDecoder();
  if (!answer.body) throw new Error('a stream has a body');
  for await (const piece of answer.body) {
    parser.feed(decoder.decode(piece, { stream: true }));
    yield* ready.splice(0);
  }
}

async function take(messages: AsyncGenerator<EventSourceMessage>, count: number): Promise<EventSourceMessage[]> {
  const taken: EventSourceMessage[] = [];
  while (taken.length < count) {
    const next = await messages.next();
    if (next.done) throw new Error(`the stream ended after ${taken.length} messages`);
    taken.push(next.value);
  }
  return taken;
}
const types = async (messages: AsyncGenerator<EventSourceMessage>, count: number) =>
  (await take(messages, count)).map(({ event }) => event);

async function all(messages: AsyncGenerator<EventSourceMessage>): Promise<EventSourceMessage[]> {
  const found: EventSourceMessage[] = [];
  for await (const message of messages) found.push(message);
  return found;
}
