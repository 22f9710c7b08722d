import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { jobRequestSchema } from '../domain/job.ts';
import { promptVersionRequestSchema } from '../registry/prompt-request.ts';
import { fieldErrorsOf } from './field-errors.ts';

const job = {
  prompt: 'triage@1',
  dataset: 'regression@1',
  suite: { evaluators: [{ id: 'right', type: 'exact-match' }] },
  models: { task: { provider: 'openai', model: 'm' } },
  budget: { rollouts: 10 },
};

function errorsOf(schema: z.ZodType, data: unknown) {
  const parsed = schema.safeParse(data);
  if (parsed.success) throw new Error('the value is valid');
  return fieldErrorsOf(parsed.error, schema, data);
}
const ofJob = (change: object) => errorsOf(jobRequestSchema, { ...job, ...change });

describe('what is wrong with a value that may be several things', () => {
  it('explains a wrong reference as a reference', () => {
    expect(ofJob({ prompt: 'triage' })).toEqual([
      { path: 'prompt', message: 'must be "name@version", "name@latest" or "name@environment", not "triage"' },
    ]);
  });

  it('explains an inline prompt as a single prompt when it has messages', () => {
    expect(ofJob({ prompt: { messages: [{ role: 'boss', content: 'x' }] } })).toEqual([
      {
        path: 'prompt.messages.0.role',
        message: 'must be one of "system", "developer", "user", "assistant", "tool", not "boss"',
      },
    ]);
  });

  it('explains it as a chain when it has steps, however deep the mistake lies', () => {
    const steps = [{ id: 'route', prompt: { messages: [{ role: 'user' }] } }];
    expect(ofJob({ prompt: { steps } })).toEqual([
      { path: 'prompt.steps.0.prompt.messages.0.content', message: 'is missing: it must be a text' },
    ]);
  });

  it('explains a broken reference in a step as a reference', () => {
    expect(ofJob({ prompt: { steps: [{ id: 'route', prompt: 'triage' }] } })).toEqual([
      {
        path: 'prompt.steps.0.prompt',
        message: 'must be "name@version", "name@latest" or "name@environment", not "triage"',
      },
    ]);
  });

  it('names the field that was probably meant', () => {
    expect(ofJob({ prompt: { mesages: [{ role: 'user', content: '{{input}}' }] } })).toContainEqual({
      path: 'prompt.mesages',
      message: 'is not a known field; did you mean "messages"?',
    });
    expect(ofJob({ budget: { rolouts: 10 } })).toEqual([
      { path: 'budget.rolouts', message: 'is not a known field; did you mean "rollouts"?' },
    ]);
  });

  it('says which kinds would do when the value is of none of them', () => {
    expect(ofJob({ prompt: 7 })).toEqual([{ path: 'prompt', message: 'must be a text or an object, not 7' }]);
    expect(ofJob({ dataset: { rows: [{ expected: 'x' }] } })).toEqual([
      { path: 'dataset.rows.0.input', message: 'is missing: it must be a text or an object' },
    ]);
  });

  it('names every broken field at once', () => {
    const paths = ofJob({ models: { task: { provider: 'opena', model: 3 } }, budget: undefined, sed: 4 }).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(['models.task.provider', 'models.task.model', 'budget', 'sed']);
  });

  it('does not repeat long values: they are prompts and rows', () => {
    const text = 'secret instructions '.repeat(20);
    expect(JSON.stringify(ofJob({ prompt: text }))).not.toContain('secret');
  });

  it('explains the request of a version by the same rules', () => {
    expect(errorsOf(promptVersionRequestSchema, { steps: [{ id: 'Route', prompt: 'a@1' }] })).toEqual([
      { path: 'steps.0.id', message: 'must be lower-case letters, digits, "_" and "-", not "Route"' },
    ]);
    expect(errorsOf(promptVersionRequestSchema, undefined)).toEqual([
      { path: '(body)', message: 'is missing: it must be an object' },
    ]);
  });

  it('never says just "Invalid input", whatever is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('prompt', 'dataset', 'suite', 'models', 'budget'), (value, field) => {
        const data = { ...job, [field]: value };
        const parsed = jobRequestSchema.safeParse(data);
        if (parsed.success) return;
        const errors = fieldErrorsOf(parsed.error, jobRequestSchema, data);
        expect(errors.length).toBeGreaterThan(0);
        for (const { path, message } of errors) {
          expect(path.startsWith(field)).toBe(true);
          expect(message).not.toMatch(/invalid input/i);
        }
      }),
    );
  });
});
