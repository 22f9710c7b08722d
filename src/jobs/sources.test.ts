import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluators } from '../../evaluators/index.ts';
import { SPLITS } from '../domain/dataset.ts';
import { createRegistry } from '../registry/registry.ts';
import type { Database } from '../store/database.ts';
import { describeDatabases, newProject } from '../store/testing.ts';
import { systemClock } from '../system.ts';
import { createJobSources, type JobSources, rowsOfJob } from './sources.ts';

describeDatabases('rows of a job', (open) => {
  let database: Database;
  let sources: JobSources;
  beforeAll(async () => {
    database = await open();
    const registry = createRegistry({ database, clock: systemClock, catalogue: evaluators });
    const scope = { projectId: await newProject(database) };
    const rows = Array.from({ length: 1_200 }, (_, n) => ({
      input: `question ${n} about ${n * 7919}`,
      expected: `answer ${n % 4}`,
      ...(n % 10 === 0 && { excluded: 'a doubtful label' }),
    }));
    const body = Readable.from([JSON.stringify({ rows })]);
    await registry.datasets.createVersion(scope, 'questions', { format: 'json', body });
    sources = createJobSources(registry, scope);
  });
  afterAll(() => database.close());

  it.each([null, { train: 0.2, validation: 0.2, test: 0.6 }])(
    'are the same when one split is read alone: %o',
    async (split) => {
      const job = { dataset: { ref: 'questions@1', sha256: '', rows: { train: 0, validation: 0, test: 0 } }, split };
      const all = await rowsOfJob(sources, job, SPLITS);
      expect(SPLITS.map((each) => all[each].length).reduce((sum, n) => sum + n, 0)).toBe(1_080);
      for (const each of SPLITS) {
        expect(all[each].length).toBeGreaterThan(200);
        const none = { train: [], validation: [], test: [] };
        expect(await rowsOfJob(sources, job, [each])).toEqual({ ...none, [each]: all[each] });
      }
      const two = await rowsOfJob(sources, job, ['test', 'validation']);
      expect(two).toEqual({ ...all, train: [] });
    },
  );
});
