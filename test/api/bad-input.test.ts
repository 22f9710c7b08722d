import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeDatabases } from '../../src/store/testing.ts';
import { jobBody, rows, startTestService, type TestService } from './service.ts';

/** Each refusal is a problem that names the field and what would be right. */
describeDatabases('bad input', (open) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(open);
  });
  afterAll(() => service.close());

  const submit = (change: object, headers: Record<string, string> = {}) =>
    service.api.inject({ method: 'POST', url: '/v1/jobs', headers, payload: { ...jobBody, ...change } });

  async function refused(
    answer: ReturnType<typeof submit>,
    expected: { status: number; path: string; says: readonly RegExp[] },
  ): Promise<void> {
    const { statusCode, headers, payload } = await answer;
    const problem: unknown = JSON.parse(payload);
    expect(problem).toMatchObject({ status: expected.status, type: expect.stringMatching(/^urn:paretune:error:/) });
    expect(statusCode).toBe(expected.status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['x-request-id']).toBeTruthy();
    const found = errorsOf(problem).find(({ path }) => path === expected.path);
    expect(found, payload).toBeDefined();
    for (const words of expected.says) expect(found?.message).toMatch(words);
    const jobs = await service.api.inject({ url: '/v1/jobs' });
    expect(jobs.json()).toEqual({ items: [], nextCursor: null });
  }

  it('an unknown evaluator: the nearest names', () =>
    refused(submit({ suite: { evaluators: [{ id: 'right', type: 'exact-mach' }] } }), {
      status: 422,
      path: 'suite.evaluators.0.type',
      says: [/"exact-mach"/, /exact-match/],
    }));

  it('a field that an evaluator needs and a row does not have: evaluator, field and row', () =>
    refused(
      submit({ dataset: { rows: rows.map(({ expected, ...row }) => (row.id === 'r5' ? row : { ...row, expected })) } }),
      {
        status: 422,
        path: 'suite.evaluators.0',
        says: [/"right" \(exact-match\)/, /"expected"/, /row "r5"/, /add the field/],
      },
    ));

  it('an evaluator of tool calls on a prompt without tools: evaluator, field and fix', () =>
    refused(submit({ suite: { evaluators: [{ id: 'right', type: 'tool-calls' }] } }), {
      status: 422,
      path: 'suite.evaluators.0',
      says: [/"right" \(tool-calls\)/, /"toolCalls"/, /offers its model no tools/, /give the prompt "tools"/],
    }));

  it('a budget in money with a model that has no price', () =>
    refused(
      submit({
        models: { task: { provider: 'openai-compatible', model: 'home-made', baseUrl: 'http://127.0.0.1:9/v1' } },
        budget: { rollouts: 600, usd: 5 },
      }),
      { status: 422, path: 'models.task', says: [/"home-made"/, /no price/, /PARETUNE_PRICES/] },
    ));

  it('a budget too small for three proposals', () =>
    refused(submit({ budget: { rollouts: 15 } }), {
      status: 422,
      path: 'budget',
      says: [/rollouts 15/, /at least 3/, /raise the budget/],
    }));

  it('a confirmation that cannot be paid, and a test split that cannot tell a gain from luck', async () => {
    await refused(submit({ budget: { rollouts: 600, confirmationRollouts: 19 } }), {
      status: 422,
      path: 'budget.confirmationRollouts',
      says: [/19 do not pay/, /at least 20, or 0/, /"force": true/],
    });
    const few = rows.map((row, index) => ({ ...row, split: index > 24 ? ('test' as const) : row.split }));
    const test = few.filter(({ split }, index) => split !== 'test' || index > 24);
    await refused(submit({ dataset: { rows: test } }), {
      status: 422,
      path: 'split',
      says: [/on 5 test rows/, /at least 6 rows/, /"force": true/],
    });
  });

  it('a prompt that shows the model nothing of a row', () =>
    refused(submit({ prompt: { messages: [{ role: 'system', content: 'Answer the question.' }] } }), {
      status: 422,
      path: 'prompt.messages',
      says: [/no message has a placeholder/, /\{\{input\}\}/],
    }));

  it('a placeholder that the rows cannot fill', () =>
    refused(submit({ prompt: { messages: [{ role: 'system', content: 'Answer {{question}}' }] } }), {
      status: 422,
      path: 'prompt.messages',
      says: [/\{\{question\}\}/, /row "r1"/, /rename the placeholder or add the field/],
    }));

  it('a declared variable without its placeholder', () =>
    refused(
      submit({ prompt: { messages: [{ role: 'system', content: '{{input}}' }], variables: ['input', 'tone'] } }),
      {
        status: 422,
        path: 'prompt.variables',
        says: [/"tone"/, /\{\{tone\}\}/],
      },
    ));

  it('a split without rows', async () => {
    await refused(submit({ dataset: { rows: rows.filter(({ split }) => split !== 'validation') } }), {
      status: 422,
      path: 'split',
      says: [/validation split has no rows/, /train 10, validation 0, test 10/],
    });
    await refused(submit({ dataset: { rows: rows.filter(({ split }) => split !== 'test') } }), {
      status: 422,
      path: 'split',
      says: [/test split has no rows/, /confirmationRollouts to 0/],
    });
  });

  it('cohorts for a constraint that is none, or of a field that no row has', async () => {
    const safe = { metric: 'right', goal: 'maximize', perCohort: 'tier' };
    await refused(submit({ objectives: [safe] }), {
      status: 422,
      path: 'objectives.0.perCohort',
      says: [/there is none; add limit or notWorseThanBaseline/],
    });
    await refused(submit({ objectives: [{ ...safe, notWorseThanBaseline: 0 }] }), {
      status: 422,
      path: 'objectives.0.perCohort',
      says: [/no validation row has the field "tier"/, /metadata field/],
    });
  });

  it('a version that does not exist: the newest one', async () => {
    await service.api.inject({ method: 'POST', url: '/v1/prompts/triage/versions', payload: jobBody.prompt });
    await refused(submit({ prompt: 'triage@7' }), {
      status: 404,
      path: 'prompt',
      says: [/"triage@7" does not exist/, /triage@1/],
    });
    await refused(submit({ prompt: 'triag@1' }), { status: 404, path: 'prompt', says: [/did you mean triage/] });
    await refused(submit({ dataset: 'regression@1' }), { status: 404, path: 'dataset', says: [/"regression"/] });
    await refused(submit({ suite: 'house@latest' }), { status: 404, path: 'suite', says: [/"house"/] });
  });

  it('a broken line of an upload: its number, and nothing is stored', async () => {
    const lines = ['{"input":"a","expected":"b"}', '{"input":"c",', '{"inptu":"d"}', '{"input":"e","id":"row-1"}'];
    const upload = service.api.inject({
      method: 'POST',
      url: '/v1/datasets/regression/versions',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: lines.join('\n'),
    });
    await refused(upload, { status: 400, path: 'line 2', says: [/not valid JSON/] });
    const paths = errorsOf((await upload).json()).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['line 2', 'line 3', 'line 4']));
    expect((await service.api.inject({ url: '/v1/datasets/regression/versions' })).statusCode).toBe(404);
  });

  it('a body over the limit: the limit, and the setting', async () => {
    const answer = submit({ name: 'x'.repeat(1024 * 1024) });
    await refused(answer, { status: 413, path: '(body)', says: [/1048576 bytes/] });
    expect((await answer).json()).toMatchObject({ detail: expect.stringMatching(/1 MiB.*PARETUNE_MAX_BODY_MB/) });
  });

  it('an idempotency key with another body', async () => {
    const post = (content: string) =>
      service.api.inject({
        method: 'POST',
        url: '/v1/prompts/greeting/versions',
        headers: { 'idempotency-key': 'once' },
        payload: { messages: [{ role: 'system', content }] },
      });
    expect((await post('Hello {{name}}')).statusCode).toBe(201);
    const second = await post('Bye {{name}}');
    expect(second.statusCode).toBe(409);
    expect(second.json()).toMatchObject({
      type: 'urn:paretune:error:idempotency_conflict',
      detail: expect.stringMatching(/Idempotency-Key "once".*send a new key with a new body/),
    });
  });

  it('an unknown field, of the body, of an option and of the query', async () => {
    await refused(submit({ budget: { rolouts: 600 } }), {
      status: 400,
      path: 'budget.rolouts',
      says: [/did you mean "rollouts"/],
    });
    await refused(
      submit({ suite: { evaluators: [{ id: 'right', type: 'exact-match', options: { ignoreCas: true } }] } }),
      {
        status: 422,
        path: 'suite.evaluators.0.options',
        says: [/ignoreCas/],
      },
    );
    await refused(submit({ optimizer: { type: 'gepa', options: { minibatch: 3 } } }), {
      status: 422,
      path: 'optimizer.options',
      says: [/minibatch/],
    });
    const query = service.api.inject({ method: 'POST', url: '/v1/jobs?dryrun=true', payload: jobBody });
    await refused(query, { status: 400, path: 'dryrun', says: [/did you mean "dryRun"/] });
  });

  it.each([
    ['gepa', '"racing" or "reference"'],
    ['protegi', '"default" or "paper"'],
  ])('a preset that %s does not have: the presets that it has', async (type, presets) => {
    for (const preset of ['fast', 3])
      await refused(submit({ optimizer: { type, options: { preset } } }), {
        status: 422,
        path: 'optimizer.options.preset',
        says: [new RegExp(`there is no preset ${JSON.stringify(preset)}; it must be ${presets}`), /^(?!.*undefined)/s],
      });
  });

  it('a body that is no JSON: the position', () =>
    refused(
      service.api.inject({
        method: 'POST',
        url: '/v1/jobs',
        headers: { 'content-type': 'application/json' },
        payload: '{"name": "a",\n "prompt" "b"}',
      }),
      { status: 400, path: '(body)', says: [/position 24 \(line 2, column 11\)/] },
    ));

  it('a content type or an encoding that is not read', async () => {
    const send = (url: string, headers: Record<string, string>) =>
      service.api.inject({ method: 'POST', url, headers, payload: 'hello' });
    await refused(send('/v1/jobs', { 'content-type': 'text/yaml' }), {
      status: 415,
      path: 'content-type',
      says: [/application\/json/],
    });
    await refused(send('/v1/datasets/d/versions', { 'content-type': 'text/yaml' }), {
      status: 415,
      path: 'content-type',
      says: [/application\/x-ndjson.*text\/csv/],
    });
    await refused(send('/v1/datasets/d/versions', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }), {
      status: 415,
      path: 'content-encoding',
      says: [/identity/],
    });
  });
});

function errorsOf(problem: unknown): { path: string; message: string }[] {
  if (typeof problem !== 'object' || problem === null || !('errors' in problem) || !Array.isArray(problem.errors))
    return [];
  return problem.errors;
}
