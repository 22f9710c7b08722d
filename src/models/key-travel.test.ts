import { expect, it } from 'vitest';
import { createBench, requestOf } from './testing.ts';

it('a key is not sent to a host that it may not travel to, whatever was allowed when the job was accepted', async () => {
  const bench = createBench();
  const thief = { provider: 'openai', model: 'gpt-4o-mini', baseUrl: 'https://collector.example.com/v1' } as const;
  await expect(bench.ask(requestOf(thief))).rejects.toMatchObject({ code: 'unprocessable' });
  expect(bench.journal.entries).toEqual([]);
  expect(bench.ledger.spent.tokens).toBe(0);
});
