import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Refusal } from '../domain/candidate.ts';
import type { RefusalRecord } from '../domain/record.ts';
import { decodeCursor, type Page, page, pageSize } from './cursor.ts';
import type { Db } from './db.ts';
import { refusals } from './schema.ts';

/** All refused proposals in order. */
export async function listRefusals(db: Db, projectId: string, jobId: string): Promise<RefusalRecord[]> {
  const rows = await db
    .select()
    .from(refusals)
    .where(and(eq(refusals.projectId, projectId), eq(refusals.jobId, jobId)))
    .orderBy(asc(refusals.seq));
  return rows.map(({ projectId: _project, jobId: _job, ...refusal }) => refusal);
}

export interface RefusalFilter {
  readonly refusal?: Refusal | undefined;
  readonly parent?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const seqCursor = z.tuple([z.int()]);

/** Refused proposals in order. */
export async function pageOfRefusals(
  db: Db,
  projectId: string,
  jobId: string,
  filter: RefusalFilter,
): Promise<Page<RefusalRecord>> {
  const limit = pageSize(filter.limit);
  const rows = await db
    .select()
    .from(refusals)
    .where(
      and(
        eq(refusals.projectId, projectId),
        eq(refusals.jobId, jobId),
        filter.refusal === undefined ? undefined : eq(refusals.refusal, filter.refusal),
        filter.parent === undefined ? undefined : sql`${filter.parent} = any(${refusals.parents})`,
        filter.cursor === undefined ? undefined : gt(refusals.seq, decodeCursor(seqCursor, filter.cursor)[0]),
      ),
    )
    .orderBy(asc(refusals.seq))
    .limit(limit + 1);
  const found = page(rows, limit, ({ seq }) => [seq]);
  return {
    ...found,
    items: found.items.map(({ projectId: _project, jobId: _job, ...refusal }) => refusal),
  };
}

/** How often each reason was given, the most frequent first, with the detail of its first refusal. */
export async function refusalReasons(
  db: Db,
  projectId: string,
  jobId: string,
): Promise<{ readonly refusal: Refusal; readonly count: number; readonly example: string }[]> {
  const rows = await db
    .select({
      refusal: refusals.refusal,
      count: count(),
      example: sql<string>`(array_agg(${refusals.detail} order by ${refusals.seq}))[1]`,
    })
    .from(refusals)
    .where(and(eq(refusals.projectId, projectId), eq(refusals.jobId, jobId)))
    .groupBy(refusals.refusal);
  return rows.sort((a, b) => b.count - a.count || (a.refusal < b.refusal ? -1 : 1));
}

/** Refused proposals by their first parent. */
export async function refusalsByParent(db: Db, projectId: string, jobId: string): Promise<ReadonlyMap<string, number>> {
  const parent = sql<string | null>`${refusals.parents}[1]`;
  const rows = await db
    .select({ parent, count: count() })
    .from(refusals)
    .where(and(eq(refusals.projectId, projectId), eq(refusals.jobId, jobId)))
    .groupBy(parent);
  return new Map(rows.flatMap(({ parent: id, count: refused }) => (id === null ? [] : [[id, refused] as const])));
}
