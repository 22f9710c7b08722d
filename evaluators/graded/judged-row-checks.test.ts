import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { JudgeFailed } from '../../src/lab/evaluator.ts';
import { sampleOf, scriptedJudge } from '../common/testing.ts';
import { findEvaluator } from '../index.ts';

const evaluator = findEvaluator('judged-row-checks');
const MODEL = { provider: 'openai', model: 'text-embedding-3-small' };
const POLITE = { type: 'rubric', options: { criteria: 'is polite' } };
const SHORT = { type: 'word-count', options: { max: 3 }, passOnly: true };

/** A verdict of a rubric with one criterion, on a scale of 5. */
const verdict = (score: number) => ({ criteria: [{ criterion: 1, reason: 'so it is', score }] });

async function graded(checks: JsonObject, options: object, ...verdicts: readonly unknown[]) {
  const { tools, asked } = scriptedJudge(...verdicts);
  const embed = async (_model: unknown, text: string) => Float32Array.from(text === 'out' ? [1, 0] : [0.8, 0.6]);
  const sample = sampleOf('out', { metadata: { checks } });
  const { value, details, feedback } = await evaluator.prepare(options)(sample, { ...tools, embed });
  return { value, pass: details?.['pass'], feedback, asked: asked.length };
}

it.each<[string, JsonObject, number, boolean]>([
  ['the weighted mean of code and judge', { checks: [{ ...POLITE, weight: 3 }, SHORT] }, 0.625, true],
  ['a threshold of the check', { checks: [{ ...POLITE, threshold: 0.9 }, SHORT] }, 0.75, false],
  ['a threshold of the row', { threshold: 0.7, checks: [{ ...POLITE, threshold: 0.9 }, SHORT] }, 0.75, true],
  ['the opposite', { checks: [{ ...POLITE, threshold: 0.9, negate: true }] }, 0.5, true],
  ['a group', { checks: [{ checks: [POLITE, SHORT], threshold: 0.8, weight: 2 }, SHORT] }, 0.833, false],
])('%s', async (_name, checks, value, pass) => {
  const found = await graded(checks, {}, verdict(3));
  expect([Math.round((found.value ?? -1) * 1_000) / 1_000, found.pass, found.asked]).toEqual([value, pass, 1]);
  const reported = await graded(checks, { report: 'pass' }, verdict(3));
  expect(reported.value).toBe(Number(pass));
});

it('compares by embeddings with its own model, never with one of the row', async () => {
  const similar = { type: 'embedding-similarity', expected: 'near' };
  expect((await graded({ checks: [similar] }, { model: MODEL })).value).toBeCloseTo(0.8);
  const without = await graded({ checks: [{ ...similar, options: { model: MODEL } }] }, {});
  expect(without).toMatchObject({ value: null, feedback: expect.stringContaining('needs "model"') });
  expect(evaluator.reaches({ model: MODEL })).toEqual({ models: [MODEL] });
});

it('asks the judge no oftener than was set aside, and gives no score for a row that would', async () => {
  const two = { checks: [POLITE, { ...POLITE, options: { criteria: 'is short' } }] };
  await expect(graded(two, {}, verdict(5), verdict(5))).rejects.toThrow(/raise "judgeCalls"/);
  expect(await graded(two, { judgeCalls: 2 }, verdict(5), verdict(5))).toMatchObject({ value: 1, asked: 2 });
  expect(evaluator.judgeCalls({ judgeCalls: 2 })).toBe(2);
});

it('has no score without a verdict, and none for a row whose checks it does not take', async () => {
  await expect(graded({ checks: [POLITE, SHORT] }, {}, 'no verdict')).rejects.toThrow(JudgeFailed);
  const http = { type: 'http', options: { url: 'https://example.com/score' } };
  for (const check of [http, { type: 'row-checks' }, { type: 'judged-row-checks' }, { type: 'all-of' }])
    expect(await graded({ checks: [check] }, {})).toMatchObject({ value: null, asked: 0 });
});
