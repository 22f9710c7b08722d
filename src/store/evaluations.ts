import { and, eq, inArray, sql } from 'drizzle-orm';
import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import { jobs } from './schema.ts';

/** What a list of evaluations tells of one: what it compares, and what came of it, without the figures. */
export interface EvaluationHead {
  readonly id: string;
  readonly resolved: JsonObject;
  readonly decision: string | null;
}

export async function evaluationHeads(db: Db, projectId: string, ids: readonly string[]): Promise<EvaluationHead[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: jobs.id, resolved: jobs.resolved, decision: sql<string | null>`${jobs.result} ->> 'decision'` })
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), eq(jobs.kind, 'evaluation'), inArray(jobs.id, [...ids])));
}
