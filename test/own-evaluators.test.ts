import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { sampleOf } from '../evaluators/common/testing.ts';
import { evaluators } from '../evaluators/index.ts';
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { readConfig } from '../src/config.ts';
import { BudgetExhausted } from '../src/domain/budget.ts';
import { ParetuneError } from '../src/domain/errors.ts';
import { jobRequestSchema } from '../src/domain/job.ts';
import { type EvaluatorTools, JudgeFailed } from '../src/lab/evaluator.ts';
import { type RunningService, startService } from '../src/main.ts';
import { loadOwnEvaluators } from '../src/own-evaluators.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';
import { start } from './cli/testing.ts';
import { taskModel } from './support/evaluations.ts';

const EXAMPLE = fileURLToPath(new URL('../examples/evaluators/no-shouting.mjs', import.meta.url));
const nobody = () => Promise.reject(new Error('nobody is asked'));
const tools: EvaluatorTools = { judge: nobody, post: nobody, embed: nobody };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'paretune-own-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A module whose evaluator does this. */
const file = (name: string, body: string): string => {
  const path = join(folder, name);
  writeFileSync(path, body);
  return path;
};
const evaluating = (type: string, body: string) => `export default ({ z, defineEvaluator }) => defineEvaluator({
  type: '${type}', title: 'Own', description: 'an evaluator of a test', needs: ['output'],
  options: z.strictObject({}), defaultThreshold: 1, evaluate: async (sample) => { ${body} },
});`;
const refusal = async (...files: string[]): Promise<string> => {
  const error: unknown = await loadOwnEvaluators(files, evaluators).catch((reason: unknown) => reason);
  if (error instanceof ParetuneError) return error.message;
  throw new Error('it was loaded');
};

describe('the example', () => {
  it('stands in the guide word for word', () => {
    expect(readFileSync(new URL('../docs/evaluators.md', import.meta.url), 'utf8')).toContain(
      readFileSync(EXAMPLE, 'utf8'),
    );
  });

  it('scores', async () => {
    const [own] = await loadOwnEvaluators([EXAMPLE], evaluators);
    const score = (output: string, options: object = {}) => own?.prepare(options)(sampleOf(output), tools);
    expect(await score('please send the PARCEL NOW')).toMatchObject({
      value: 1 - 2 / 5,
      category: 'shouting',
      feedback: 'write these as usual: PARCEL, NOW',
    });
    expect(await score('the NASA launch', { allow: ['NASA'] })).toMatchObject({ value: 1 });
    expect(() => own?.prepare({ alow: [] })).toThrow(/alow/);
  });
});

describe('a service with evaluators of its operator', () => {
  let service: RunningService | undefined;
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });
  const open = async (path: string) => {
    service = await startService({
      config: readConfig({ PARETUNE_DATA_DIR: 'memory', PORT: '0', PARETUNE_EVALUATORS: path }),
      log: pino({ level: 'silent' }),
      environment: { OPENAI_API_KEY: 'secret' },
      worker: false,
    });
    return service;
  };
  const versionOf = async ({ jobs }: RunningService, type: string) => {
    const request = jobRequestSchema.parse({
      prompt: { messages: [{ role: 'user', content: 'Answer: {{input}}' }] },
      dataset: { rows: Array.from({ length: 30 }, (_, index) => ({ input: `question ${index}` })) },
      suite: { evaluators: [{ id: 'own', type }] },
      models: { task: { provider: 'openai', model: 'gpt-4.1-mini' } },
      budget: { rollouts: 600 },
    });
    const { resolved } = await jobs.dryRun({ projectId: DEFAULT_PROJECT }, request);
    return z.object({ evaluatorVersions: z.record(z.string(), z.string()) }).parse(resolved).evaluatorVersions['own'];
  };

  it('lists them, and takes them in suites', async () => {
    const { url } = await open(EXAMPLE);
    const listed = z.object({ items: z.array(z.unknown()) }).parse(await (await fetch(`${url}/v1/evaluators`)).json());
    expect(listed.items).toContainEqual(
      expect.objectContaining({ type: 'no-shouting', options: expect.objectContaining({ type: 'object' }) }),
    );
    const added = await fetch(`${url}/v1/suites/calm/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ evaluators: [{ id: 'calm', type: 'no-shouting' }] }),
    });
    expect(added.status).toBe(201);
  });

  it('has another version of the scores when the code changes', async () => {
    const before = await versionOf(await open(file('a.mjs', evaluating('own-one', 'return null;'))), 'own-one');
    await service?.close();
    const after = await versionOf(await open(file('b.mjs', evaluating('own-one', 'return  null;'))), 'own-one');
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(after).not.toBe(before);
  });

  it('does not start with one that it cannot load, and says which and why', async () => {
    await expect(open(join(folder, 'gone.mjs'))).rejects.toThrow(/PARETUNE_EVALUATORS.*gone\.mjs: cannot be loaded/);
  });
});

describe('a module', () => {
  const scoring = async (name: string, body: string, given: EvaluatorTools = tools) => {
    const [own] = await loadOwnEvaluators([file(name, evaluating('own-two', body))], evaluators);
    return Promise.resolve(own?.prepare({})(sampleOf('x'), given));
  };

  it.each([
    ['throws', 'throw new Error("out of ideas");', 'threw: out of ideas'],
    ['throws a text', 'throw "out of ideas";', 'threw: out of ideas'],
    ['throws nothing', 'throw undefined;', 'threw: no error'],
    ['throws what cannot be shown', 'throw Object.create(null);', 'threw: no error'],
    ['breaks off a request', 'throw new DOMException("This operation was aborted", "AbortError");', 'was aborted'],
    ['bears a name of ours', 'throw Object.assign(new Error("x"), { name: "BudgetExhausted" });', 'threw: x'],
    ['exhausts the stack', 'const more = () => more(); more();', 'threw: Maximum call stack'],
    ['returns nothing', '', 'gave no score'],
    ['returns a number', 'return 1;', 'gave no score'],
    ['returns a list', 'return [{ value: 1, feedback: "", category: null }];', 'gave no score'],
    ['returns a value above 1', 'return { value: 2, feedback: "", category: null };', 'gave no score'],
    ['returns a value below 0', 'return { value: -1, feedback: "", category: null };', 'gave no score'],
    ['returns not a number', 'return { value: NaN, feedback: "", category: null };', 'gave no score'],
    ['returns infinity', 'return { value: Infinity, feedback: "", category: null };', 'gave no score'],
    ['returns a large integer', 'return { value: 1n, feedback: "", category: null };', 'gave no score'],
    ['returns true', 'return { value: true, feedback: "", category: null };', 'gave no score'],
    ['says nothing', 'return { value: 1, category: null };', 'gave no score'],
    ['says what is no text', 'return { value: 1, feedback: {}, category: null };', 'gave no score'],
    ['returns what throws', 'return { get value() { throw new Error("trap"); }, feedback: "" };', 'threw: trap'],
    [
      'returns a circle',
      'const details = {}; details.details = details; return { value: 1, feedback: "", category: null, details };',
      'nested deeper',
    ],
  ])('that %s gives no score, and no end of a job', async (name, body, message) => {
    const score = scoring(`${name}.mjs`, body);
    await expect(score).rejects.toThrow(JudgeFailed);
    await expect(score).rejects.toThrow(message);
  });

  it('that never answers gives no score after half a minute', async () => {
    const [own] = await loadOwnEvaluators(
      [file('never.mjs', evaluating('own-two', 'await new Promise(() => {});'))],
      evaluators,
    );
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const score = expect(own?.prepare({})(sampleOf('x'), tools)).rejects.toMatchObject({
      name: 'JudgeFailed',
      category: 'timeout',
    });
    await vi.advanceTimersByTimeAsync(30_000);
    await score;
  });

  it('passes on what its tools throw: a budget that ended is not its own doing', async () => {
    const ended = new BudgetExhausted('tokens', 'budget.tokens: ended');
    const asking = `return tools.embed({}, "x");`;
    const body = evaluating('own-two', asking).replace('(sample)', '(sample, _options, tools)');
    const [own] = await loadOwnEvaluators([file('asking.mjs', body)], evaluators);
    const poor = { ...tools, embed: () => Promise.reject(ended) };
    await expect(own?.prepare({})(sampleOf('x'), poor)).rejects.toBe(ended);
  });

  it('has words of bounded length in the record, of characters that a database takes', async () => {
    const body = `const long = "\\u0000\\ud800" + "x".repeat(1e6); return { value: 0, feedback: long, category: long };`;
    const { feedback, category } = (await scoring('long.mjs', body)) ?? { feedback: '', category: null };
    expect([feedback.length, category?.length]).toEqual([4_000, 200]);
    expect(`${feedback}${category}`).not.toMatch(/[\0\p{Surrogate}]/u);
  });

  it('is refused when it is no evaluator, or takes the place of another', async () => {
    expect(await refusal(file('c.mjs', 'export const x = 1;'))).toContain(
      'c.mjs: cannot be loaded: the default export must be a function',
    );
    expect(await refusal(file('d.mjs', 'export default () => ({ type: "own" });'))).toContain(
      'does not give an evaluator',
    );
    expect(await refusal(file('e.mjs', evaluating('exact-match', '')))).toContain(
      'there is an evaluator "exact-match" already',
    );
    const twice = evaluating('own-three', '');
    expect(await refusal(file('f.mjs', twice), file('g.mjs', twice))).toContain('"own-three" already');
    expect(await refusal(file('h.mjs', 'this is not code'))).toContain('h.mjs: cannot be loaded');
  });

  it.each([
    ['throws while it is loaded', 'throw new Error("no licence");', 'no licence'],
    ['throws nothing while it is loaded', 'throw null;', 'no error'],
    ['fails to make an evaluator', 'export default () => { throw new Error("no model"); };', 'no model'],
    ['fails later to make one', 'export default async () => { throw new Error("no model"); };', 'no model'],
    ['breaks a schema of its own', 'export default ({ z }) => z.string().parse(1);', 'expected string'],
    ['gives nothing', 'export default () => {};', 'does not give an evaluator'],
    ['has options of its own kind', evaluating('own-six', '').replace('z.strictObject({})', '{}'), 'must be a schema'],
    [
      'was put together by hand',
      'export default ({ z }) => ({ type: "own-six", title: "x", description: "x", needs: [], options: z.object({}), defaultThreshold: 1, prepare: () => () => 1 });',
      'needsFor',
    ],
  ])('that %s is refused at the start, by name', async (name, body, why) => {
    const said = await refusal(file(`${name}.mjs`, body));
    expect(said).toContain(`${name}.mjs`);
    expect(said).toContain(why);
  });

  it('that is never ready is refused at the start, by name', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let said = '';
    const refused = refusal(file('unready.mjs', 'export default () => new Promise(() => {});')).then((message) => {
      said = message;
    });
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(30_000);
      expect(said).toContain('unready.mjs: cannot be loaded: it is not ready after 30 s');
    });
    await refused;
  });
});

describe('an evaluation with a module of TypeScript that fails on some rows', () => {
  it('ends, and counts those rows as missing', async () => {
    const model = await startSimulatedModel();
    onTestFinished(() => model.close());
    file('package.json', '{ "type": "module" }');
    const path = file(
      'half.ts',
      `import type { EvaluatorKit } from '${fileURLToPath(new URL('../src/own-evaluators.ts', import.meta.url))}';
      export default ({ z, defineEvaluator, right }: EvaluatorKit) => defineEvaluator({
        type: 'half', title: 'Half', description: 'measures some rows', needs: ['output', 'input'],
        options: z.strictObject({}), defaultThreshold: 1,
        evaluate: async ({ input }) => {
          const number = Number(String(input).replace('question ', '')) as number;
          if (number % 4 === 0) throw new DOMException('aborted', 'AbortError');
          if (number % 4 === 1) return { value: NaN, feedback: '', category: null };
          return right('measured');
        },
      });`,
    );
    writeFileSync(
      join(folder, 'half.json'),
      JSON.stringify({
        candidates: [{ messages: [{ role: 'user', content: 'Answer: {{input}}' }] }],
        dataset: {
          rows: Array.from({ length: 20 }, (_, index) => ({ input: `question ${index}`, split: 'validation' })),
        },
        suite: { evaluators: [{ id: 'half', type: 'half' }] },
        models: { task: taskModel(model.url) },
      }),
    );
    const ran = await start(['eval', 'half.json', '--json'], folder, {
      OPENAI_API_KEY: 'simulated',
      PARETUNE_EVALUATORS: path,
    }).ended;
    expect(ran.code).toBe(0);
    const { value, rows, missing } = JSON.parse(ran.out).candidates[0].metrics.half;
    expect({ value, rows, missing }).toEqual({ value: 1, rows: 10, missing: 10 });
  });
});

it('code cannot be brought along by who submits a suite', async () => {
  const service = await startService({
    config: readConfig({ PARETUNE_DATA_DIR: 'memory', PORT: '0' }),
    log: pino({ level: 'silent' }),
    worker: false,
  });
  onTestFinished(() => service.close());
  const submitted: readonly [type: string, options: object][] = [
    ['module', { path: EXAMPLE }],
    [EXAMPLE, {}],
    [`file://${EXAMPLE}`, {}],
    ['no-shouting', { code: 'export default () => {}' }],
  ];
  for (const [type, options] of submitted) {
    const answer = await fetch(`${service.url}/v1/suites/own/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ evaluators: [{ id: 'own', type, options }] }),
    });
    expect(answer.status, type).toBe(422);
    expect(await answer.json(), type).toMatchObject({ errors: [{ path: 'evaluators.0.type' }] });
  }
});
