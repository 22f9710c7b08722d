import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ParetuneError } from '../src/domain/errors.ts';
import { jsonObjectSchema } from '../src/domain/json.ts';
import { JudgeFailed, SAMPLE_FIELDS } from '../src/lab/evaluator.ts';
import { GRADER_OPTIONS, STEP, sampleOf, scriptedJudge } from './common/testing.ts';
import { evaluators, findEvaluator } from './index.ts';

describe('the catalogue', () => {
  it('holds every evaluator of the folder, and each once', () => {
    const types = evaluators.map(({ type }) => type);
    expect([...new Set(types)]).toEqual(types);
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((name) => /^[a-z0-9-]+\.ts$/.test(name) && name !== 'index.ts')
      .map((name) => name.replace('.ts', ''));
    expect(files.filter((name) => !types.includes(name))).toEqual([]);
  });

  it.each(evaluators.map((evaluator) => [evaluator.type, evaluator] as const))(
    '%s describes itself',
    (type, evaluator) => {
      expect(evaluator.title.length).toBeGreaterThan(2);
      expect(evaluator.description.length).toBeGreaterThan(20);
      expect(evaluator.needs.length).toBeGreaterThan(0);
      for (const need of evaluator.needs) expect(SAMPLE_FIELDS).toContain(need);
      expect(evaluator.defaultThreshold).toBeGreaterThan(0);
      const folder = evaluator.grader ? 'graded/' : '';
      expect(existsSync(new URL(`${folder}${type}.ts`, import.meta.url))).toBe(true);
      const schema = jsonObjectSchema.parse(z.toJSONSchema(evaluator.options, { io: 'input' }));
      expect(schema).toMatchObject({ type: 'object' });
    },
  );

  it('versions every grader by the hash of its text', () => {
    const graders = evaluators.flatMap(({ grader }) => (grader ? [grader] : []));
    expect(graders).toHaveLength(21);
    expect(new Set(graders.map(({ hash }) => hash)).size).toBe(21);
    for (const grader of graders)
      expect(grader).toMatchObject({ version: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('refuses options that it does not know, naming them', () => {
    for (const evaluator of evaluators) {
      expect(() => evaluator.prepare({ ignorCase: true }), evaluator.type).toThrow(/ignorCase/);
    }
  });

  it('says what the options need besides', () => {
    expect(findEvaluator('contains').needsFor({})).toEqual(['output', 'expected']);
    expect(findEvaluator('contains').needsFor({ value: 'x' })).toEqual(['output']);
    expect(findEvaluator('icontains-any').needsFor(undefined)).toEqual(['output', 'expected']);
    expect(findEvaluator('starts-with').needsFor({ value: 'x' })).toEqual(['output']);
    expect(findEvaluator('numeric').needsFor({ value: 1 })).toEqual(['output']);
    expect(findEvaluator('numeric').needsFor({})).toEqual(['output', 'expected']);
    expect(findEvaluator('rubric').needsFor({ criteria: 'polite', show: ['context'] })).toEqual([
      'input',
      'output',
      'context',
    ]);
    expect(findEvaluator('faithfulness').needsFor({})).toEqual(['output', 'context']);
    expect(findEvaluator('faithfulness').needsFor({ source: 'input' })).toEqual(['output', 'input']);
    expect(findEvaluator('pairwise').needsFor({})).toContain('expected');
    expect(findEvaluator('pairwise').needsFor({ field: 'today' })).not.toContain('expected');
  });
});

describe('what an evaluator reads', () => {
  const OPTIONS: Readonly<Record<string, unknown>> = {
    regex: { pattern: 'a' },
    'json-schema': { schema: {} },
    'word-count': { max: 1 },
    'step-count': { max: 1 },
    language: { languages: ['en'] },
    weighted: { weights: { a: 1 } },
    'all-of': { of: ['a'] },
    'any-of': { of: ['a'] },
    latency: { limit: 1 },
    cost: { limit: 1 },
    'prompt-tokens': { limit: 1 },
    'output-tokens': { limit: 1 },
    ...GRADER_OPTIONS,
    rubric: { criteria: 'is right', show: ['expected'] },
    'closed-qa': { criterion: 'Is it right?', show: ['context'] },
    pairwise: { field: 'other' },
    http: { url: 'https://example.com/score', send: ['input', 'expected', 'toolCalls'] },
    'embedding-similarity': { model: { provider: 'openai', model: 'text-embedding-3-small' } },
  };

  it.each(evaluators.map((evaluator) => [evaluator.type, evaluator] as const))(
    '%s reads what it declares',
    async (type, evaluator) => {
      const read = new Set<string | symbol>();
      for (const [output, expected] of [
        ['{"a": 1}', { a: 2 }],
        ['A', 'B'],
        ['', '1'],
      ] as const) {
        const given = { expected, context: ['a fact'], metadata: { other: 'another' }, trace: [STEP] };
        const sample = new Proxy(sampleOf(output, given), {
          get(target, field, receiver) {
            read.add(field);
            return Reflect.get(target, field, receiver);
          },
        });
        try {
          await evaluator.prepare(OPTIONS[type])(sample, scriptedJudge().tools);
        } catch (error) {
          if (!(error instanceof JudgeFailed)) throw error;
        }
      }
      expect([...read].sort()).toEqual([...evaluator.needsFor(OPTIONS[type])].sort());
    },
  );
});

describe('findEvaluator', () => {
  it('finds by type', () => {
    expect(findEvaluator('json-fields').title).toBe('JSON fields');
  });

  it.each([
    ['exactmatch', 'exact-match'],
    ['ExactMatch', 'exact-match'],
    ['json_schema', 'json-schema'],
    ['rougeL', 'rouge-l'],
  ])('answers "%s" with the nearest name and the list', (type, nearest) => {
    const error = failureOf(() => findEvaluator(type, 'suite.evaluators.0.type'));
    expect(error.code).toBe('unprocessable');
    expect(error.errors[0]?.path).toBe('suite.evaluators.0.type');
    expect(error.errors[0]?.message).toContain(`Did you mean "${nearest}"?`);
    for (const { type: known } of evaluators) expect(error.message).toContain(known);
  });

  it('guesses nothing for a name that is near to none', () => {
    expect(failureOf(() => findEvaluator('zzzzzzzzzzzz')).message).not.toContain('Did you mean');
  });
});

function failureOf(run: () => unknown): ParetuneError {
  try {
    run();
  } catch (error) {
    if (error instanceof ParetuneError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
