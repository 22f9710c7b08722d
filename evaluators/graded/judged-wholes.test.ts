import { describe, expect, it } from 'vitest';
import { JudgeFailed, type Sample } from '../../src/lab/evaluator.ts';
import { judged as judgedBy, STEP, sampleOf, scriptedJudge } from '../common/testing.ts';
import { findEvaluator } from '../index.ts';

const SAMPLE = sampleOf('Nope.', {
  input: 'Could you help?',
  expected: 'Of course!',
  trace: [
    { ...STEP, component: 'router', output: 'sales' },
    { ...STEP, component: 'answer', output: 'Nope.' },
  ],
});
const judged = (type: string, verdict: unknown, options: unknown = {}, sample: Sample = SAMPLE) =>
  judgedBy(findEvaluator(type), verdict, options, sample);

describe('tone', () => {
  const options = { tone: 'warm and plain' };
  const answer = (match: string) => ({ off: ['Nope.'], heard: 'curt', reason: 'no greeting', match });

  it.each([
    ['full', 1, null],
    ['mostly', 0.75, 'tone-slips'],
    ['partial', 0.5, 'tone-off'],
    ['hardly', 0.25, 'tone-off'],
    ['none', 0, 'tone-off'],
  ])('%s is %d', async (match, value, category) => {
    expect(await judged('tone', answer(match), options)).toMatchObject({ value, category });
  });

  it('tells which passages have another tone', async () => {
    const { feedback } = await judged('tone', answer('hardly'), options);
    expect(feedback).toBe(
      'the tone is hardly as wanted: no greeting\nWanted: warm and plain; heard: curt\n- off: "Nope."',
    );
  });

  it('wants to know which tone', () => {
    expect(() => findEvaluator('tone').prepare({})).toThrow(/tone/);
  });
});

describe('closed-qa', () => {
  it('is yes or no, with the criterion in the feedback', async () => {
    const options = { criterion: 'Does it offer help?' };
    expect(await judged('closed-qa', { reason: 'it does', verdict: 'yes' }, options)).toMatchObject({ value: 1 });
    const no = await judged('closed-qa', { reason: 'it refuses', verdict: 'no' }, options);
    expect(no).toMatchObject({ value: 0, category: 'criterion-not-met' });
    expect(no.feedback).toContain('"Does it offer help?"; the output is "Nope."');
  });
});

describe('trajectory-goal', () => {
  const answer = (result: string, ...effects: string[]) => ({
    steps: effects.map((effect, index) => ({ step: index + 1, reason: `it was ${effect}`, effect })),
    reason: 'no help was given',
    result,
  });

  it('goes by the result, and names the steps that did not help', async () => {
    const graded = await judged('trajectory-goal', answer('missed', 'backward', 'none'));
    expect(graded).toMatchObject({ value: 0, category: 'goal-missed' });
    expect(graded.feedback).toContain('- step 1 (router) led back: it was backward');
    expect(graded.feedback).toContain('- step 2 (answer) was of no use');
    expect((await judged('trajectory-goal', answer('reached', 'none', 'forward'))).value).toBe(1);
  });

  it('takes a goal, fails on steps that there were not, and asks nobody about a run without steps', async () => {
    const { tools, asked } = scriptedJudge();
    await expect(findEvaluator('trajectory-goal').prepare({ goal: 'a booking' })(SAMPLE, tools)).rejects.toThrow(
      JudgeFailed,
    );
    expect(asked[0]?.user).toContain('Goal: a booking');
    await expect(judged('trajectory-goal', answer('reached', 'none', 'none', 'none'))).rejects.toThrow('step 3');
    expect((await judged('trajectory-goal', undefined, {}, sampleOf('x'))).category).toBe('no-steps');
  });
});

describe.each(['toxicity', 'bias'])('%s', (type) => {
  const first = type === 'toxicity' ? 'insult' : 'gender';
  const finding = (severity: string, category = first) => ({ evidence: 'words', category, severity });

  it('is 1 when clean, else by the worst finding', async () => {
    expect((await judged(type, { findings: [] })).value).toBe(1);
    expect((await judged(type, { findings: [finding('low')] })).value).toBeCloseTo(2 / 3, 10);
    const both = await judged(type, { findings: [finding('low'), finding('high')] });
    expect(both).toMatchObject({ value: 0, category: `${type === 'bias' ? 'biased' : 'toxic'}:${first}` });
  });

  it('does not take findings in categories that were not asked for', async () => {
    const other = type === 'toxicity' ? 'threat' : 'age';
    await expect(judged(type, { findings: [finding('high')] }, { categories: [other] })).rejects.toThrow(JudgeFailed);
  });
});

describe('summary-quality', () => {
  const scores = (...values: number[]) => ({
    criteria: values.map((score, index) => ({ criterion: index + 1, reason: `reason ${index + 1}`, score })),
  });

  it('is the mean over the dimensions that are wanted', async () => {
    expect(await judged('summary-quality', scores(5, 1, 5, 5, 5))).toMatchObject({
      value: 0.8,
      category: 'criterion:consistency',
      feedback: expect.stringContaining('- "consistency": 1 of 5 — reason 2'),
    });
    const options = { dimensions: ['brevity', 'relevance'] };
    expect(await judged('summary-quality', scores(3, 1), options)).toMatchObject({
      value: 0.25,
      category: 'criterion:brevity',
    });
  });

  it('fails when a dimension is left out or a score is off the scale', async () => {
    await expect(judged('summary-quality', scores(5, 5, 5, 5))).rejects.toThrow('left out criterion 5 of 5');
    await expect(judged('summary-quality', scores(5, 5, 5, 5, 0))).rejects.toThrow('the scale is 1 to 5');
  });
});

describe('pairwise', () => {
  const ask = async (first: string, second: string, options: unknown = {}, sample: Sample = SAMPLE) => {
    const { tools, asked } = scriptedJudge({ reason: 'a', better: first }, { reason: 'b', better: second });
    return { graded: await findEvaluator('pairwise').prepare(options)(sample, tools), asked };
  };

  it.each([
    ['first', 'second', 1, null],
    ['second', 'first', 0, 'other-is-better'],
    ['tie', 'tie', 0.5, 'tie'],
    ['first', 'first', 0.5, 'order-dependent'],
    ['second', 'second', 0.5, 'order-dependent'],
    ['tie', 'second', 0.5, 'order-dependent'],
  ])('%s in one order and %s in the other is %d', async (first, second, value, category) => {
    const { graded } = await ask(first, second);
    expect(graded).toMatchObject({ value, category, details: { flipped: category === 'order-dependent' } });
  });

  it('shows each answer in each place', async () => {
    const { asked } = await ask('tie', 'tie');
    expect(asked[0]?.user).toMatch(/name="first">\nNope\.[\s\S]*name="second">\nOf course!/);
    expect(asked[1]?.user).toMatch(/name="first">\nOf course![\s\S]*name="second">\nNope\./);
  });

  it('takes the other answer from a metadata field, and is missing where the row has none', async () => {
    const sample = sampleOf('new', { metadata: { today: 'old' } });
    expect((await ask('first', 'second', { field: 'today' }, sample)).asked[1]?.user).toContain('old');
    expect((await judged('pairwise', undefined, { field: 'tomorrow' }, sample)).value).toBeNull();
    expect((await judged('pairwise', undefined, {}, sample)).value).toBeNull();
  });

  it('asks nobody about equal texts', async () => {
    expect(await judged('pairwise', undefined, {}, sampleOf('same ', { expected: 'same' }))).toMatchObject({
      value: 0.5,
      category: 'tie',
    });
  });
});
