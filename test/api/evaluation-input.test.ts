import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { describeDatabases } from '../../src/store/testing.ts';
import { evaluationBody, rows, startTestService, type TestService } from './service.ts';

const problemSchema = z.object({ errors: z.array(z.object({ path: z.string(), message: z.string() })) });
const candidates = evaluationBody.candidates;

/** Each refusal is a problem that names the field and what would be right; nothing is stored. */
describeDatabases('an evaluation that cannot work', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());

  it.each([
    ['nobody to judge', { candidates: [] }, 'candidates', /there is none; give at least one, or set aa/],
    [
      'an A/A run of nothing',
      { candidates: [], baseline: undefined, aa: true },
      'baseline',
      /is missing: aa measures the baseline/,
    ],
    ['a version that does not exist', { candidates: ['nobody@3'] }, 'candidates.0', /nobody/],
    [
      'a candidate of a job that does not exist',
      { candidates: [{ job: 'job_none', candidate: 'c1' }] },
      'candidates.0',
      /there is no job "job_none"/,
    ],
    [
      'a prompt that shows nothing of a row',
      { candidates: [{ messages: [{ role: 'user', content: 'Answer.' }] }] },
      'candidates.0',
      /add \{\{input\}\}/,
    ],
    [
      'a placeholder that no row has',
      { candidates: [{ prompt: { messages: [{ role: 'user', content: '{{subject}}' }] } }] },
      'candidates.0',
      /\{\{subject\}\}, which row "r2"/,
    ],
    ['a misspelled gate', { gates: [{ metric: 'rigth', min: 0.5 }] }, 'gates.0.metric', /did you mean "right"\?/],
    ['a gate that asks for nothing', { gates: [{ metric: 'right' }] }, 'gates.0', /asks for nothing: set min, max/],
    [
      'a gate of a suite on a metric that is none',
      { suite: { ...evaluationBody.suite, gates: [{ metric: 'right.recall', min: 0.5 }] } },
      'suite.gates.0.metric',
      /"right\.recall" is not a metric/,
    ],
    [
      'a gate about a cohort that no row is in',
      { gates: [{ metric: 'right@cohort[tier=gold]', min: 0.5 }] },
      'gates.0.metric',
      /no validation row can say anything/,
    ],
    [
      'a gate per cohort of a field that no row has',
      { gates: [{ metric: 'right', min: 0.5, perCohort: 'tier' }] },
      'gates.0.perCohort',
      /no validation row has the field "tier"/,
    ],
    [
      'a gate against a baseline that is not there',
      { baseline: undefined, gates: [{ metric: 'right', notWorseThanBaseline: 0 }] },
      'gates.0.notWorseThanBaseline',
      /there is none; set baseline/,
    ],
    ['a headline that is no metric', { headline: 'wrong' }, 'headline', /"wrong" is neither an evaluator/],
    [
      'a split without rows',
      { dataset: { rows: rows.filter(({ split }) => split !== 'validation') } },
      'split',
      /has no validation rows/,
    ],
    ['too few rollouts', { budget: { rollouts: 19 } }, 'budget.rollouts', /19 do not pay for 20 rollouts/],
    [
      'a judge that is not there',
      { suite: { evaluators: [{ id: 'good', type: 'task-completion' }] } },
      'models.judge',
      /set models\.judge/,
    ],
    ['an unknown split', { split: 'tests' }, 'split', /must be one of .*"tests"/],
  ] as const)('%s', async (_what, change, path, says) => {
    const answer = await service.api.inject({
      method: 'POST',
      url: '/v1/evaluations',
      payload: { ...evaluationBody, ...change },
    });
    expect([400, 404, 422]).toContain(answer.statusCode);
    const found = problemSchema.parse(answer.json()).errors.find((each) => each.path === path);
    expect(found?.message, answer.payload).toMatch(says);
    expect((await service.api.inject({ url: '/v1/evaluations' })).json()).toEqual({ items: [], nextCursor: null });
  });

  it('with warnings, when it is to be strict', async () => {
    const payload = { ...evaluationBody, candidates: [...candidates, evaluationBody.baseline], strict: true };
    const answer = await service.api.inject({ method: 'POST', url: '/v1/evaluations', payload });
    expect(answer.statusCode).toBe(422);
    const messages = problemSchema.parse(answer.json()).errors.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/^few-rows: only 10 rows/));
    expect(messages).toContainEqual(expect.stringMatching(/^equals-baseline: c2 is the baseline, word for word/));
  });

  it('is cancelled before it runs, once', async () => {
    const made = await service.api.inject({ method: 'POST', url: '/v1/evaluations', payload: evaluationBody });
    expect(made.statusCode, made.payload).toBe(202);
    const { id, status } = z.object({ id: z.string(), status: z.string() }).parse(made.json());
    expect([status, made.headers['location']]).toEqual(['queued', `/v1/evaluations/${id}`]);
    for (let times = 0; times < 2; times++) {
      const cancelled = await service.api.inject({ method: 'POST', url: `/v1/evaluations/${id}/cancel` });
      expect(cancelled.json()).toMatchObject({ id, status: 'cancelled', stopReason: 'cancelled' });
    }
    const wrong = await service.api.inject({ url: `/v1/comparisons?a=${id}&b=${id}/c0` });
    expect(wrong.statusCode).toBe(400);
    expect(problemSchema.parse(wrong.json()).errors[0]).toMatchObject({
      path: 'a',
      message: expect.stringMatching(/such as eval_1\/c1/),
    });
  });
});
