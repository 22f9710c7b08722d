import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleOf } from '../evaluators/common/testing.ts';
import { evaluators } from '../evaluators/index.ts';
import { readConfig } from '../src/config.ts';
import { ParetuneError } from '../src/domain/errors.ts';
import { jobRequestSchema } from '../src/domain/job.ts';
import { type EvaluatorTools, JudgeFailed } from '../src/lab/evaluator.ts';
import { type RunningService, startService } from '../src/main.ts';
import { loadOwnEvaluators } from '../src/own-evaluators.ts';
import { DEFAULT_PROJECT } from '../src/store/schema.ts';

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
  it.each([
    ['throws', 'throw new Error("out of ideas");', 'threw: out of ideas'],
    ['returns nothing', '', 'gave no score'],
    ['returns a value above 1', 'return { value: 2, feedback: "", category: null };', 'gave no score'],
    ['returns not a number', 'return { value: NaN, feedback: "", category: null };', 'gave no score'],
    ['says nothing', 'return { value: 1, category: null };', 'gave no score'],
  ])('that %s gives no score, and no end of a job', async (name, body, message) => {
    const [own] = await loadOwnEvaluators([file(`${name}.mjs`, evaluating('own-two', body))], evaluators);
    const scoring = Promise.resolve(own?.prepare({})(sampleOf('x'), tools));
    await expect(scoring).rejects.toThrow(JudgeFailed);
    await expect(scoring).rejects.toThrow(message);
  });

  it('is refused when it is no evaluator, or takes the place of another', async () => {
    expect(await refusal(file('c.mjs', 'export const x = 1;'))).toContain(
      'c.mjs: the default export must be a function',
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
});
