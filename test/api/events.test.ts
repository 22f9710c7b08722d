import type { AddressInfo } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JobEvent } from '../../src/domain/record.ts';
import { appendEvents } from '../../src/store/job-events.ts';
import { endJob, startJob } from '../../src/store/jobs.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, startTestService, type TestService } from './service.ts';

const projectId = DEFAULT_PROJECT;

describeDatabases('event streams', (open) => {
  let service: TestService;
  let base: string;
  let reads = 0;
  beforeAll(async () => {
    service = await startTestService(open, { heartbeatMs: 200 });
    const { jobs } = service.deps;
    const eventsAfter = jobs.eventsAfter;
    Object.assign(jobs, {
      eventsAfter: (...asked: Parameters<typeof eventsAfter>) => {
        reads += 1;
        return eventsAfter(...asked);
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
    const { db } = service.database;
    await startJob(db, projectId, jobId, new Date());
    await endJob(db, projectId, jobId, { status: 'succeeded', stopReason: 'search-complete', endedAt: new Date() });
    await happen(jobId, ['ended']);
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

  it('sends more events than one read holds', async () => {
    const jobId = await submit();
    await happen(jobId, ...Array.from({ length: 1_203 }, (_, n): [string, number] => ['progress', n]));
    await end(jobId);
    const found = await all((await follow(jobId)).messages);
    expect(found.filter(({ event }) => event === 'progress')).toHaveLength(1_203);
  });

  it('closes when a queued job is cancelled, although that is no event', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId);
    await service.api.inject({ method: 'POST', url: `/v1/jobs/${jobId}/cancel` });
    expect((await all(messages)).map(({ event, data }) => [event, data])).toEqual([
      ['end', '{"status":"cancelled","stopReason":"cancelled"}'],
    ]);
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

  it('ends its streams when the service stops', async () => {
    const jobId = await submit();
    const { messages } = await follow(jobId);
    await happen(jobId, ['started']);
    expect(await types(messages, 1)).toEqual(['started']);
    await service.api.close();
    expect(await all(messages)).toEqual([]);
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
