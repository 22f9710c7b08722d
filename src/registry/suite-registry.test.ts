import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import { defineEvaluator } from '../lab/evaluator.ts';
import type { Database } from '../store/database.ts';
import type { Scope } from '../store/scope.ts';
import { describeDatabases, newProject } from '../store/testing.ts';
import { createRegistry, type Registry } from './registry.ts';

const evaluator = <O>(type: string, options: z.ZodType<O>) =>
  defineEvaluator({
    type,
    title: type,
    description: type,
    needs: ['output'],
    options,
    defaultThreshold: 1,
    evaluate: () => ({ value: 1, feedback: '', category: null }),
  });
const catalogue = [
  evaluator('exact-match', z.strictObject({ ignoreCase: z.boolean().optional() })),
  evaluator('contains', z.strictObject({ value: z.string() })),
  evaluator('contains-all', z.strictObject({ values: z.array(z.string()) })),
  evaluator(
    'picky',
    z.unknown().transform(() => {
      throw new ParetuneError('unprocessable', 'the pattern is not safe');
    }),
  ),
];

describeDatabases('suite registry', (open) => {
  let database: Database;
  let registry: Registry;
  let scope: Scope;
  beforeAll(async () => {
    database = await open();
    registry = createRegistry({ database, clock: { now: () => new Date() }, catalogue });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    scope = { projectId: await newProject(database) };
  });

  const exact = (threshold: number) => ({ evaluators: [{ id: 'routing', type: 'exact-match', threshold }] });

  it('keeps immutable versions, one per content', async () => {
    const { suites } = registry;
    const first = await suites.createVersion(scope, 'quality', exact(1), { message: 'start' });
    expect(first).toMatchObject({ ref: 'quality@1', created: true, message: 'start' });
    expect(await suites.createVersion(scope, 'quality', exact(0.5))).toMatchObject({ ref: 'quality@2' });
    expect(await suites.createVersion(scope, 'quality', exact(1))).toMatchObject({ ref: 'quality@1', created: false });
    expect((await suites.versions(scope, 'quality')).items.map(({ version }) => version)).toEqual([2, 1]);
    expect((await suites.list(scope)).items).toMatchObject([{ ref: 'quality@2', content: exact(0.5) }]);
    expect(await registry.resolveReference(scope, 'suite', 'quality@latest')).toMatchObject({ content: exact(0.5) });
    await expect(registry.resolveReference(scope, 'suite', 'quality@production')).rejects.toThrow('no environments');
    const other = { projectId: await newProject(database) };
    await expect(suites.version(other, 'quality', 1)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('gives racing writers consecutive versions', async () => {
    const writers = [0.1, 0.2, 0.3, 0.4].map((threshold) =>
      registry.suites.createVersion(scope, 'race', exact(threshold)),
    );
    expect((await Promise.all(writers)).map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
  });

  it('names every unknown evaluator with the nearest ones, and every wrong option', async () => {
    const suite = {
      evaluators: [
        { id: 'a', type: 'exact_match' },
        { id: 'b', type: 'contains', options: { value: 3, extra: true } },
        { id: 'c', type: 'sentiment' },
        { id: 'd', type: 'picky' },
      ],
    };
    await expect(registry.suites.createVersion(scope, 's', suite)).rejects.toMatchObject({
      code: 'unprocessable',
      errors: [
        { path: 'evaluators.0.type', message: 'there is no evaluator "exact_match"; the nearest are exact-match' },
        { path: 'evaluators.1.options.value', message: expect.stringContaining('expected string') },
        { path: 'evaluators.1.options', message: expect.stringContaining('extra') },
        { path: 'evaluators.2.type', message: expect.stringContaining('there are exact-match, contains') },
        { path: 'evaluators.3.options', message: 'the pattern is not safe' },
      ],
    });
    expect((await registry.suites.list(scope)).items).toEqual([]);
  });
});
