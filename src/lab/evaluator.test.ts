import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvaluator, type Sample } from './evaluator.ts';

const sample: Sample = {
  rowId: 'r1',
  input: '',
  output: 'x',
  parsed: undefined,
  expected: undefined,
  context: [],
  messages: [],
  trace: [],
  toolCalls: [],
  finish: null,
  usage: { promptTokens: 0, inputTokens: 0, outputTokens: 0, cost: null, latencyMs: 0 },
  metadata: {},
  scores: {},
};
const nobody = () => Promise.reject(new Error('nobody is asked'));
const tools = { judge: nobody, post: nobody, embed: nobody };

it('an evaluator loads its library once, before its first score, and is synchronous from then on', async () => {
  let loads = 0;
  let library: string | undefined;
  const loading = defineEvaluator({
    type: 'loading',
    title: '',
    description: '',
    needs: ['output'],
    options: z.strictObject({}),
    defaultThreshold: 1,
    load: async () => {
      loads += 1;
      await Promise.resolve();
      library = 'the library';
    },
    evaluate: () => ({ value: 1, feedback: library ?? 'not loaded', category: null }),
  });
  const score = loading.prepare({});
  expect(loads).toBe(0);
  const first = [score(sample, tools), loading.prepare({})(sample, tools)];
  expect(first.every((graded) => graded instanceof Promise)).toBe(true);
  expect((await Promise.all(first)).map(({ feedback }) => feedback)).toEqual(['the library', 'the library']);
  expect(score(sample, tools)).toMatchObject({ feedback: 'the library' });
  await loading.load?.();
  expect(loads).toBe(1);
});
