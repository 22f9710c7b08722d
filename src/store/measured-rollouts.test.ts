import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Rollout } from '../domain/rollout.ts';
import type { Database } from './database.ts';
import { listRollouts, type StoredRollout } from './job-facts.ts';
import { openJobRecord } from './job-record.ts';
import { measuredRollouts, openRunsOnRows, type ScoredRun } from './measured-rollouts.ts';
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

  it.each([undefined, 100])('are those of the record, over pages or together (%s each)', async (perCandidate) => {
    for (const rows of ['open', 'again', 'sealed'] as const) {
      const found = await measuredRollouts(
        database.db,
        projectId,
        jobId,
        rows,
        ['c2', 'c0', 'c10', 'nobody'],
        perCandidate,
      );
      expect([...found.keys()]).toEqual(['c2', 'c0', 'c10']);
      for (const [candidateId, measured] of found) {
        expect(measured.length).toBeGreaterThan(40);
        expect(measured).toEqual(await expected(rows, candidateId));
      }
    }
  });

  it.each([1, 4, 400])('on rows are the open ones of all candidates, row by row (%d a row)', async (perRow) => {
    const rowIds = Array.from({ length: 60 }, (_, n) => `row-${90 - n}`);
    const found: ScoredRun[] = [];
    const of = { rowIds: [...rowIds, 'no such row'], evaluator: 'routing', perRow };
    for await (const runs of openRunsOnRows(database.db, projectId, jobId, of)) found.push(...runs);
    const runs = (await Promise.all(['c0', 'c1', 'c10', 'c2'].map((id) => expected('open', id)))).flat();
    expect(runs.some(({ error }) => error)).toBe(true);
    expect(found).toEqual(
      rowIds.flatMap((rowId) =>
        runs
          .filter((run) => run.rowId === rowId)
          .map(({ values: _values, repeat: _repeat, scores: { routing }, ...run }) => ({
            ...run,
            scores: routing ? { routing } : {},
          })),
      ),
    );
  });

  it('are none where none is asked for', async () => {
    expect([...(await measuredRollouts(database.db, projectId, jobId, 'open', [])).keys()]).toEqual([]);
    expect([...(await measuredRollouts(database.db, 'another project', jobId, 'open', ['c0'])).keys()]).toEqual([]);
  });
});
