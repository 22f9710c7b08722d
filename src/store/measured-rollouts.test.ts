import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Rollout } from '../domain/rollout.ts';
import type { Database } from './database.ts';
import { listRollouts, type StoredRollout } from './job-facts.ts';
import { openJobRecord } from './job-record.ts';
import { measuredByCandidate, measuredRollouts } from './measured-rollouts.ts';
import { rollout } from './testing/facts.ts';
import { describeDatabases, newProject } from './testing.ts';

const jobId = 'job_measured';

describeDatabases('measured rollouts', (open) => {
  let database: Database;
  let projectId: string;
  beforeAll(async () => {
    database = await open();
    projectId = await newProject(database);
    const record = await openJobRecord(database, { projectId, jobId });
    for (const candidateId of ['c0', 'c1', 'c2', 'c10']) {
      for (let n = 0; n < 460; n++) {
        const one = rollout(candidateId, `row-${n}`, n % 3);
        const odd: Rollout = { ...one, scores: {}, error: { category: 'timeout', message: 'late' } };
        record.rollout(n % 7 === 0 ? odd : one, n % 5 === 0 ? 'confirmation' : n % 5 === 1 ? 'noise' : 'search');
      }
    }
    await record.flush();
    const other = await openJobRecord(database, { projectId, jobId: 'job_other' });
    other.rollout(rollout('c0', 'row-0'), 'search');
    await other.flush();
  });
  afterAll(() => database.close());

  /** The whole rollouts, by candidate, cut down to what is measured. */
  async function expected(rows: 'open' | 'again' | 'sealed', candidate: string) {
    const whole: StoredRollout[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listRollouts(database.db, projectId, jobId, { candidate, limit: 500, cursor });
      whole.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    const wanted = whole.filter(({ purpose, repeat }) =>
      rows === 'sealed'
        ? purpose === 'confirmation'
        : rows === 'again'
          ? purpose === 'noise' && repeat > 0
          : purpose !== 'confirmation' && repeat === 0,
    );
    return wanted.map(({ rowId, repeat, output, values, error, scores }) => ({
      candidateId: candidate,
      rowId,
      repeat,
      output,
      values,
      ...(error && { error }),
      scores: Object.fromEntries(
        Object.entries(scores).map(([id, { value, pass, category }]) => [id, { value, pass, category }]),
      ),
    }));
  }

  it('are those of the record, candidate by candidate, over pages', async () => {
    const wanted = ['c0', 'c10', 'c2', 'nobody'];
    for (const rows of ['open', 'again', 'sealed'] as const) {
      const found: string[] = [];
      for await (const { candidateId, rollouts } of measuredByCandidate(database.db, projectId, jobId, rows, wanted)) {
        found.push(candidateId);
        expect(rollouts.length).toBeGreaterThan(40);
        expect(rollouts).toEqual(await expected(rows, candidateId));
      }
      expect(found.sort()).toEqual(['c0', 'c10', 'c2']);
    }
  });

  it('are none where none is asked for', async () => {
    expect([...(await measuredRollouts(database.db, projectId, jobId, 'open', [])).keys()]).toEqual([]);
    expect([...(await measuredRollouts(database.db, 'another project', jobId, 'open', ['c0'])).keys()]).toEqual([]);
  });
});
