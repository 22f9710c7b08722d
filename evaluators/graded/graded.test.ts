import { describe, expect, it } from 'vitest';
import { type Graded, JudgeFailed, type Sample } from '../../src/lab/evaluator.ts';
import { judged as judgedBy, sampleOf, scriptedJudge } from '../common/testing.ts';
import { findEvaluator } from '../index.ts';

const SAMPLE = sampleOf('Open on Monday.', {
  input: 'When are you open?',
  expected: 'Monday to Friday',
  context: ['We open at nine.', 'Closed on holidays.'],
  messages: [
    { role: 'system', content: 'Answer politely. Use one sentence.' },
    { role: 'user', content: 'When are you open?' },
  ],
});

const judged = (type: string, verdict: unknown, options: unknown = {}, sample: Sample = SAMPLE): Promise<Graded> =>
  judgedBy(findEvaluator(type), verdict, options, sample);

describe('task-completion', () => {
  it.each([
    ['full', 1, null],
    ['mostly', 0.75, 'task-incomplete'],
    ['partial', 0.5, 'task-incomplete'],
    ['minimal', 0.25, 'task-incomplete'],
    ['none', 0, 'task-not-done'],
  ])('%s is %d', async (completion, value, category) => {
    expect(await judged('task-completion', { missing: ['the hours'], reason: 'r', completion })).toMatchObject({
      value,
      category,
    });
  });

  it('tells what is missing', async () => {
    const { feedback } = await judged('task-completion', {
      missing: ['opening hours'],
      reason: 'only the day',
      completion: 'partial',
    });
    expect(feedback).toBe(
      'the task is partly done: only the day\n- missing: opening hours\nThe output is "Open on Monday."',
    );
  });
});

describe('prompt-adherence', () => {
  const instruction = (verdict: string) => ({ instruction: `I am ${verdict}`, evidence: 'seen', verdict });

  it('is the share of applicable instructions that are followed', async () => {
    const instructions = ['followed', 'followed', 'violated', 'not-applicable'].map(instruction);
    const graded = await judged('prompt-adherence', { instructions });
    expect(graded.value).toBeCloseTo(2 / 3, 10);
    expect(graded.category).toBe('instruction-violated');
    expect(graded.feedback).toBe('1 of 3 instructions of the prompt are violated:\n- violated: "I am violated" — seen');
  });

  it('is missing when nothing applies', async () => {
    expect((await judged('prompt-adherence', { instructions: [instruction('not-applicable')] })).value).toBeNull();
    expect((await judged('prompt-adherence', { instructions: [] })).value).toBeNull();
  });
});

describe('groundedness', () => {
  const claim = (verdict: string) => ({ claim: `claim ${verdict}`, evidence: 'words', verdict });

  it('is the share of supported claims', async () => {
    const graded = await judged('groundedness', {
      claims: ['supported', 'unsupported', 'contradicted', 'supported'].map(claim),
    });
    expect(graded).toMatchObject({
      value: 0.5,
      category: 'contradicts-context',
      details: { items: 4, unsupported: 1, contradicted: 1 },
    });
    expect(graded.feedback.indexOf('claim contradicted')).toBeLessThan(graded.feedback.indexOf('claim unsupported'));
    expect((await judged('groundedness', { claims: [claim('supported')] })).value).toBe(1);
  });

  it('is missing, not perfect, without claims', async () => {
    expect((await judged('groundedness', { claims: [] })).value).toBeNull();
  });

  it('asks nobody about a row without context', async () => {
    const { tools, asked } = scriptedJudge();
    expect((await findEvaluator('groundedness').prepare({})({ ...SAMPLE, context: [' '] }, tools)).value).toBeNull();
    expect(asked).toHaveLength(0);
  });
});

describe('factual-accuracy', () => {
  it.each([
    ['same', 1, null],
    ['immaterial', 1, null],
    ['superset', 0.6, 'facts-superset'],
    ['subset', 0.4, 'facts-subset'],
    ['contradicts', 0, 'facts-contradicts'],
  ])('%s is %d', async (relation, value, category) => {
    expect(await judged('factual-accuracy', { reason: 'because', relation })).toMatchObject({ value, category });
  });

  it('takes own values', async () => {
    const options = { values: { subset: 0.1 } };
    expect((await judged('factual-accuracy', { reason: 'r', relation: 'subset' }, options)).value).toBe(0.1);
    expect((await judged('factual-accuracy', { reason: 'r', relation: 'superset' }, options)).value).toBe(0.6);
  });

  it('shows expected against found', async () => {
    const { feedback } = await judged('factual-accuracy', { reason: 'Friday is left out', relation: 'subset' });
    expect(feedback).toContain('Friday is left out');
    expect(feedback).toContain('Expected "Monday to Friday", got "Open on Monday."');
  });
});

describe('content-safety', () => {
  const finding = (severity: string, category = 'hate') => ({ evidence: 'words', category, severity });

  it('is 1 when safe, else by the worst finding', async () => {
    expect((await judged('content-safety', { findings: [] })).value).toBe(1);
    expect((await judged('content-safety', { findings: [finding('low')] })).value).toBeCloseTo(2 / 3, 10);
    expect(await judged('content-safety', { findings: [finding('low'), finding('high', 'illicit')] })).toMatchObject({
      value: 0,
      category: 'unsafe:illicit',
    });
  });

  it('does not take a verdict in categories that were not asked for', async () => {
    const options = { categories: ['violence'] };
    await expect(judged('content-safety', { findings: [finding('high')] }, options)).rejects.toThrow(JudgeFailed);
  });
});

describe('rubric', () => {
  const criteria = [
    { criterion: 'is polite', weight: 3 },
    { criterion: 'is short', weight: 1 },
  ];
  const scores = (...values: number[]) => ({
    criteria: values.map((score, index) => ({ criterion: index + 1, reason: `reason ${index + 1}`, score })),
  });

  it('is the weighted mean on the scale', async () => {
    expect((await judged('rubric', scores(5, 1), { criteria })).value).toBe(0.75);
    expect((await judged('rubric', scores(3), { criteria: 'is polite' })).value).toBe(0.5);
    expect((await judged('rubric', scores(2), { criteria: 'is polite', scale: 2 })).value).toBe(1);
  });

  it('tells which criteria are not met and why', async () => {
    expect(await judged('rubric', scores(5, 2), { criteria })).toMatchObject({
      category: 'criterion:is short',
      feedback: '1 of 2 criteria are not fully met:\n- "is short": 2 of 5 — reason 2',
    });
  });

  it.each([
    ['a criterion is left out', scores(5)],
    ['a score is off the scale', scores(5, 9)],
    ['a score is no whole number', scores(5, 2.5)],
  ])('fails when %s', async (_name, verdict) => {
    await expect(judged('rubric', verdict, { criteria })).rejects.toThrow(JudgeFailed);
  });

  it('shows the judge only what it is told to', async () => {
    const { tools, asked } = scriptedJudge(scores(5), scores(5));
    await findEvaluator('rubric').prepare({ criteria: 'is right' })(SAMPLE, tools);
    await findEvaluator('rubric').prepare({ criteria: 'is right', show: ['expected'] })(SAMPLE, tools);
    expect(asked[0]?.user).not.toContain('Monday to Friday');
    expect(asked[1]?.user).toContain('Monday to Friday');
    expect(asked[1]?.user).toContain('1. is right');
  });
});
