import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../domain/budget.ts';
import { ModelCallError, type ModelConfig } from '../domain/model.ts';
import { createMemoryJournal } from './journal.ts';
import type { UsageAnomaly } from './settlement.ts';
import { ANSWERS, createBench, json, requestOf, type ScriptedServer, startScriptedServer } from './testing.ts';

let server: ScriptedServer;
let model: ModelConfig;
beforeAll(async () => {
  server = await startScriptedServer();
  model = { provider: 'openai', model: 'gpt-4o-mini', baseUrl: `${server.url}/v1` };
});
afterAll(() => server.close());

describe('the gateway', () => {
  it('answers, books the actual usage and price, and journals both', async () => {
    server.script(json(ANSWERS.chat()));
    const settled: unknown[] = [];
    const bench = createBench({ onSettled: (entry, replayed) => settled.push([entry.callId, replayed]) });
    const completion = await bench.ask(requestOf(model, { role: 'reflection' }));
    expect(completion).toMatchObject({
      text: 'billing',
      finish: 'stop',
      replayed: false,
      model: 'gpt-4o-mini-2024-07-18',
    });
    // 16 fresh at 150, 4 cached at 75, 7 output at 600 nano-USD.
    expect(completion.cost).toBe(16 * 150 + 4 * 75 + 7 * 600);
    expect(bench.ledger.spent).toMatchObject({ tokens: 27, reflectionTokens: 27, nanoUsd: completion.cost });
    expect(bench.journal.entries).toHaveLength(1);
    expect(settled).toEqual([[completion.callId, false]]);
    expect(JSON.stringify(bench.journal.entries)).not.toContain('sk-test');
  });

  it('replays from the journal without a call, and books the same', async () => {
    server.script(json(ANSWERS.chat()));
    const first = createBench();
    const answered = await first.ask(requestOf(model));
    const second = createBench({ journal: first.journal });
    const replayed = await second.ask(requestOf(model));
    expect(replayed).toEqual({ ...answered, replayed: true });
    expect(server.received).toHaveLength(1);
    expect(second.ledger.spent).toEqual(first.ledger.spent);
  });

  it('takes the answer of an earlier job, at no cost and without a key, and keeps it as its own', async () => {
    server.script(json(ANSWERS.chat()));
    const first = createBench();
    const paid = await first.ask(requestOf(model));
    const { callId, replayed: _, ...completion } = paid;
    const asked: string[] = [];
    const journal = createMemoryJournal([], async (id) => {
      asked.push(id);
      return { jobId: 'job_first', completion };
    });
    const bench = createBench({ journal, secrets: () => undefined });
    expect(await bench.ask(requestOf(model))).toEqual({ ...paid, replayed: true });
    expect(asked).toEqual([callId]);
    expect(bench.ledger.spent).toMatchObject({ tokens: 0, nanoUsd: 0 });
    expect(journal.entries).toMatchObject([{ callId, reusedFrom: 'job_first', outcome: { completion } }]);
    expect(server.received).toHaveLength(1);

    const resumed = createBench({ journal: createMemoryJournal(journal.entries) });
    expect(await resumed.ask(requestOf(model))).toEqual({ ...paid, replayed: true });
    expect(resumed.ledger.spent).toMatchObject({ tokens: 0, nanoUsd: 0 });
  });

  it('asks afresh for repeats, for reflections and for what is to be of this moment, whatever earlier jobs have', async () => {
    server.script(json(ANSWERS.chat()));
    const journal = createMemoryJournal([], async () => {
      throw new Error('nobody asked for this');
    });
    const bench = createBench({ journal });
    await bench.ask(requestOf(model, { ordinal: 1 }));
    await bench.ask(requestOf(model, { fresh: true }));
    await bench.ask(requestOf(model, { role: 'judge', ordinal: 1 }));
    await bench.ask(requestOf(model, { role: 'reflection' }));
    expect(server.received).toHaveLength(4);
    expect(bench.ledger.spent.tokens).toBe(108);
  });

  it('asks and books once for equal calls, in flight or later, and again for another ordinal or role', async () => {
    server.script(json(ANSWERS.chat()));
    const bench = createBench();
    const [one, two] = await Promise.all([bench.ask(requestOf(model)), bench.ask(requestOf(model))]);
    expect(two.callId).toBe(one.callId);
    await bench.ask(requestOf(model));
    expect(server.received).toHaveLength(1);
    expect(bench.ledger.spent.tokens).toBe(27);
    await bench.ask(requestOf(model, { ordinal: 1 }));
    await bench.ask(requestOf(model, { role: 'judge' }));
    expect(server.received).toHaveLength(3);
    expect(bench.ledger.spent.tokens).toBe(81);
  });

  it('keeps to the concurrency of the job', async () => {
    let open = 0;
    let most = 0;
    server.script(async (response, received) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      await json(ANSWERS.chat())(response, received);
    });
    const bench = createBench({ concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, ordinal) => bench.ask(requestOf(model, { ordinal }))));
    expect(server.received).toHaveLength(20);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('refuses a call that its reservation cannot cover, before it is sent', async () => {
    server.script(json(ANSWERS.chat()));
    const bench = createBench({ limits: { tokens: 100 } });
    const reservation = await bench.ledger.reserve({ tokens: 100 });
    await expect(bench.gateway.complete(requestOf(model), reservation)).rejects.toThrow(BudgetExhausted);
    expect(server.received).toHaveLength(0);
    expect(bench.journal.entries).toHaveLength(0);
  });

  it('books a count above the bound in full, keeps the answer, and tells', async () => {
    server.script(json({ ...ANSWERS.chat(), usage: { prompt_tokens: 90_000, completion_tokens: 10_000 } }));
    const anomalies: UsageAnomaly[] = [];
    const bench = createBench({ limits: { tokens: 5000 }, onAnomaly: (anomaly) => anomalies.push(anomaly) });
    const completion = await bench.ask(requestOf(model));
    expect(completion.text).toBe('billing');
    expect(bench.ledger.spent.tokens).toBe(100_000);
    expect(anomalies).toMatchObject([
      { kind: 'usage-above-bound', booked: { tokens: 100_000 }, overdrawn: { tokens: 95_000 } },
    ]);
    expect(bench.journal.entries[0]?.request['bound']).toMatchObject({ outputTokens: 1024 });
    await expect(bench.ask(requestOf(model, { ordinal: 1 }))).rejects.toThrow(BudgetExhausted);
  });

  it('books the bound when a server does not count', async () => {
    server.script(json({ ...ANSWERS.chat(), usage: undefined }));
    const bench = createBench();
    const request = requestOf(model);
    const { inputTokens, outputTokens } = bench.gateway.bound(request);
    await bench.ask(request);
    expect(bench.ledger.spent.tokens).toBe(inputTokens + outputTokens);
  });

  it('bounds what it really sends', async () => {
    server.script(json(ANSWERS.chat()));
    const bench = createBench();
    const bound = bench.gateway.bound(requestOf({ ...model, maxOutputTokens: 77 }));
    expect(bound.outputTokens).toBe(77);
    expect(bound.cost).toBe(bound.inputTokens * 150 + 77 * 600);
    await bench.ask(requestOf({ ...model, maxOutputTokens: 77 }));
    expect(server.received[0]?.body['max_completion_tokens']).toBe(77);
    expect(bench.gateway.bound(requestOf({ ...model, model: 'a-model-of-ours' })).cost).toBeNull();
    const umlauts = requestOf(model, { messages: [{ role: 'user', content: 'ä'.repeat(1000) }] });
    expect(bench.gateway.bound(umlauts).inputTokens).toBeGreaterThanOrEqual(2000);
  });

  it('stops at the signal: nothing journaled, nothing booked', async () => {
    const bench = createBench();
    server.script(() => {
      if (server.received.length === 2) bench.abort.abort();
    });
    const sent = bench.ask(requestOf(model));
    const queued = createBench({ concurrency: 1, signal: bench.abort.signal });
    const waiting = [queued.ask(requestOf(model)), queued.ask(requestOf(model, { ordinal: 1 }))];
    const ends = await Promise.allSettled([sent, ...waiting]);
    for (const end of ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { name: 'ModelCallError', failure: 'cancelled' } });
    }
    expect(bench.journal.entries).toHaveLength(0);
    expect(bench.ledger.spent.tokens).toBe(0);
    await expect(bench.ask(requestOf(model))).rejects.toBeInstanceOf(ModelCallError);
  });

  it('names the variable of a missing key, and sends none where none is needed', async () => {
    server.script(json(ANSWERS.chat()));
    const bench = createBench({ secrets: () => undefined });
    await expect(bench.ask(requestOf(model))).rejects.toMatchObject({
      code: 'missing_key',
      message: expect.stringContaining('OPENAI_API_KEY'),
    });
    await bench.ask(requestOf({ ...model, provider: 'openai-compatible' }));
    await expect(
      bench.ask(requestOf({ ...model, provider: 'openai-compatible', apiKeyRef: 'env:MY_KEY' }, { ordinal: 1 })),
    ).rejects.toMatchObject({ code: 'missing_key' });
    expect(server.received).toHaveLength(1);
  });
});
