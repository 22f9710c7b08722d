import { describe, expect, it } from 'vitest';
import { JudgeFailed, type Sample } from '../../src/lab/evaluator.ts';
import { judged as judgedBy, sampleOf, scriptedJudge } from '../common/testing.ts';
import { findEvaluator } from '../index.ts';

const SAMPLE = sampleOf('We open at nine.', {
  input: 'When do you open?',
  expected: 'At nine, on Sundays at ten.',
  context: ['The shop opens at nine.', 'Sunday: ten.'],
  toolCalls: [
    { name: 'hours', arguments: '{"day":"today"}' },
    { name: 'weather', arguments: '{}' },
  ],
});
const judged = (type: string, verdict: unknown, options: unknown = {}, sample: Sample = SAMPLE) =>
  judgedBy(findEvaluator(type), verdict, options, sample);
const items = (noun: string, ...verdicts: string[]) =>
  verdicts.map((verdict) => ({ [noun]: `it is ${verdict}`, evidence: 'because', verdict }));

describe('faithfulness', () => {
  it('is the mean over statements, worst first in the feedback', async () => {
    const statements = items('statement', 'faithful', 'distorted', 'invented', 'contradicted');
    const graded = await judged('faithfulness', { statements });
    expect(graded).toMatchObject({
      value: 0.375,
      category: 'contradicts-source',
      details: { items: 4, contradicted: 1, invented: 1, distorted: 1 },
    });
    expect(graded.feedback).toMatch(/^3 of 4 statements .*\n- contradicted: .*\n- invented: .*\n- distorted: /);
  });

  it('reads the source that it is told to', async () => {
    const { tools, asked } = scriptedJudge({ statements: [] }, { statements: [] });
    await findEvaluator('faithfulness').prepare({})(SAMPLE, tools);
    await findEvaluator('faithfulness').prepare({ source: 'input' })({ ...SAMPLE, context: [] }, tools);
    expect(asked[0]?.user).toContain('The shop opens at nine.');
    expect(asked[0]?.user).not.toContain('When do you open?');
    expect(asked[1]?.user).toContain('When do you open?');
  });

  it('is missing without statements, and asks nobody without a source', async () => {
    expect((await judged('faithfulness', { statements: [] })).value).toBeNull();
    expect((await judged('faithfulness', undefined, {}, { ...SAMPLE, context: [' '] })).value).toBeNull();
  });
});

describe('answer-relevancy', () => {
  const answer = (addresses: boolean, ...verdicts: string[]) => ({
    parts: items('part', ...verdicts),
    reason: 'as it is',
    addresses,
  });

  it('is the share of parts that serve the input', async () => {
    expect(await judged('answer-relevancy', answer(true, 'relevant', 'irrelevant'))).toMatchObject({
      value: 0.5,
      category: 'irrelevant-part',
    });
    expect((await judged('answer-relevancy', answer(true, 'relevant'))).value).toBe(1);
  });

  it('is 0 for an output that does not address the input, whatever its parts', async () => {
    expect(await judged('answer-relevancy', answer(false, 'relevant'))).toMatchObject({
      value: 0,
      category: 'does-not-address',
      feedback: expect.stringContaining('as it is'),
    });
  });

  it('asks nobody about an empty output', async () => {
    expect(await judged('answer-relevancy', undefined, {}, sampleOf(' \n'))).toMatchObject({
      value: 0,
      category: 'empty-output',
    });
  });
});

describe('context-relevance', () => {
  const documents = (...verdicts: string[]) => ({
    documents: verdicts.map((verdict, index) => ({ document: index + 1, evidence: 'it says so', verdict })),
  });

  it('is the mean over the documents, in whatever order they are judged', async () => {
    const verdict = documents('relevant', 'partly');
    verdict.documents.reverse();
    const graded = await judged('context-relevance', verdict);
    expect(graded).toMatchObject({ value: 0.75, category: 'partly-relevant-document' });
    expect(graded.feedback).toContain('[2] Sunday: ten.');
  });

  it('fails when a document is left out', async () => {
    await expect(judged('context-relevance', documents('relevant'))).rejects.toThrow('left out document 2 of 2');
  });

  it('numbers each document, also when they are long and many', async () => {
    const { tools, asked } = scriptedJudge();
    const context = Array.from({ length: 30 }, (_, index) => `document ${index + 1} ${'x'.repeat(50_000)}`);
    await expect(findEvaluator('context-relevance').prepare({})({ ...SAMPLE, context }, tools)).rejects.toThrow(
      JudgeFailed,
    );
    for (let number = 1; number <= 20; number += 1) expect(asked[0]?.user).toContain(`[${number}] document ${number}`);
    expect(asked[0]?.user).not.toContain('[21]');
  });
});

describe('context-recall', () => {
  it('is the share of the expected answer that the context holds', async () => {
    expect(await judged('context-recall', { statements: items('statement', 'found', 'not-found') })).toMatchObject({
      value: 0.5,
      category: 'not-in-context',
    });
  });

  it('is missing without an expected answer or without a context, and asks nobody', async () => {
    expect((await judged('context-recall', undefined, {}, { ...SAMPLE, expected: undefined })).value).toBeNull();
    expect((await judged('context-recall', undefined, {}, { ...SAMPLE, context: [] })).value).toBeNull();
  });
});

describe('completeness', () => {
  it('is the mean over the points', async () => {
    expect(await judged('completeness', { points: items('point', 'covered', 'partly', 'missing') })).toMatchObject({
      value: 0.5,
      category: 'point-missing',
    });
    expect((await judged('completeness', { points: [] })).value).toBeNull();
  });

  it('shows the expected answer only when the points come from it', async () => {
    const { tools, asked } = scriptedJudge({ points: [] }, { points: [] });
    await findEvaluator('completeness').prepare({})(SAMPLE, tools);
    await findEvaluator('completeness').prepare({ against: 'expected' })(SAMPLE, tools);
    expect(asked[0]?.user).not.toContain('on Sundays at ten');
    expect(asked[1]?.user).toContain('on Sundays at ten');
    expect((await judged('completeness', undefined, { against: 'expected' }, sampleOf('x'))).value).toBeNull();
  });
});

describe('prompt-injection', () => {
  it('is 1 without attempts and when all are resisted, else by what was given in to', async () => {
    expect((await judged('prompt-injection', { attempts: [] })).value).toBe(1);
    expect((await judged('prompt-injection', { attempts: items('attempt', 'resisted', 'resisted') })).value).toBe(1);
    expect(await judged('prompt-injection', { attempts: items('attempt', 'partly', 'followed') })).toMatchObject({
      value: 0.25,
      category: 'injection-followed',
    });
  });
});

describe('tool-selection-accuracy', () => {
  const calls = (...verdicts: string[]) =>
    verdicts.map((verdict, index) => ({ call: index + 1, evidence: 'because', verdict }));

  it('is the mean over calls that were made and calls that are missing', async () => {
    const verdict = {
      calls: calls('right', 'unneeded'),
      missing: [{ call: 'book a table', evidence: 'it was asked' }],
    };
    const graded = await judged('tool-selection-accuracy', verdict);
    expect(graded.value).toBeCloseTo(1 / 3, 10);
    expect(graded.category).toBe('missing-call');
    expect(graded.feedback).toContain('- missing: "book a table"');
    expect(graded.feedback).toContain('- unneeded: "weather({})"');
  });

  it('is right to call nothing where nothing is needed', async () => {
    const none = { ...SAMPLE, toolCalls: [] };
    expect((await judged('tool-selection-accuracy', { calls: [], missing: [] }, {}, none)).value).toBe(1);
  });

  it('fails when a call is left out, and tells the judge which tools there are', async () => {
    await expect(judged('tool-selection-accuracy', { calls: calls('right'), missing: [] })).rejects.toThrow(
      'left out call 2 of 2',
    );
    const { tools, asked } = scriptedJudge();
    const options = { tools: [{ name: 'hours', description: 'opening hours of a day' }] };
    await expect(findEvaluator('tool-selection-accuracy').prepare(options)(SAMPLE, tools)).rejects.toThrow(JudgeFailed);
    expect(asked[0]?.user).toContain('- hours: opening hours of a day');
  });
});
