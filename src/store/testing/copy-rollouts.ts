import { sql } from 'drizzle-orm';
import type { Db } from '../db.ts';
import { rollouts, scores } from '../schema.ts';

/** Gives candidates the rollouts and scores of another one, as large jobs need them: a million through the record would take half an hour. */
export async function copyRollouts(
  db: Db,
  job: { readonly projectId: string; readonly jobId: string },
  from: string,
  to: readonly string[],
): Promise<void> {
  for (const [table, columns] of [
    [rollouts, 'row_id, repeat, purpose, output, steps, error, "values"'],
    [scores, 'row_id, repeat, evaluator, value, pass, feedback, category, details'],
  ] as const)
    await db.execute(sql`
      insert into ${table} (project_id, job_id, candidate_id, ${sql.raw(columns)})
      select project_id, job_id, u.candidate_id, ${sql.raw(columns)}
      from ${table} as t, unnest(${sql.param([...to])}::text[]) as u (candidate_id)
      where t.project_id = ${job.projectId} and t.job_id = ${job.jobId} and t.candidate_id = ${from}`);
}
