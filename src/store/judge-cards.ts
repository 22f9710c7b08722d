import { and, asc, count, desc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { JudgeCard } from '../domain/judge-card.ts';
import { decodeCursor, type Page, page, pageSize, timeCursor } from './cursor.ts';
import type { Db } from './db.ts';
import { judgeCards, modelCalls } from './schema.ts';
import type { Scope } from './scope.ts';

/** Keeps a card. One that is there already stays as it is: a worker that died after it was written ends the calibration anew. */
export async function addJudgeCard(db: Db, scope: Scope, card: JudgeCard): Promise<void> {
  await db
    .insert(judgeCards)
    .values({
      projectId: scope.projectId,
      id: card.id,
      evaluatorVersion: card.evaluatorVersion,
      card,
      createdAt: new Date(card.calibratedAt),
    })
    .onConflictDoNothing();
}

export async function findJudgeCard(db: Db, scope: Scope, id: string): Promise<JudgeCard | undefined> {
  const [row] = await db
    .select({ card: judgeCards.card })
    .from(judgeCards)
    .where(and(eq(judgeCards.projectId, scope.projectId), eq(judgeCards.id, id)));
  return row?.card;
}

/** Newest first. */
export async function listJudgeCards(
  db: Db,
  scope: Scope,
  request: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Promise<Page<JudgeCard>> {
  const limit = pageSize(request.limit);
  const after = request.cursor === undefined ? undefined : decodeCursor(timeCursor, request.cursor);
  const rows = await db
    .select()
    .from(judgeCards)
    .where(
      and(
        eq(judgeCards.projectId, scope.projectId),
        after &&
          or(lt(judgeCards.createdAt, after[0]), and(eq(judgeCards.createdAt, after[0]), lt(judgeCards.id, after[1]))),
      ),
    )
    .orderBy(desc(judgeCards.createdAt), desc(judgeCards.id))
    .limit(limit + 1);
  const { items, nextCursor } = page(rows, limit, (row) => [row.createdAt, row.id]);
  return { items: items.map(({ card }) => card), nextCursor };
}

/** The newest card of each of these versions of evaluators; versions without one are not in it. */
export async function newestJudgeCards(
  db: Db,
  scope: Scope,
  versions: readonly string[],
): Promise<ReadonlyMap<string, JudgeCard>> {
  if (versions.length === 0) return new Map();
  const rows = await db
    .selectDistinctOn([judgeCards.evaluatorVersion], { version: judgeCards.evaluatorVersion, card: judgeCards.card })
    .from(judgeCards)
    .where(and(eq(judgeCards.projectId, scope.projectId), inArray(judgeCards.evaluatorVersion, [...versions])))
    .orderBy(asc(judgeCards.evaluatorVersion), desc(judgeCards.createdAt), desc(judgeCards.id));
  return new Map(rows.map(({ version, card }) => [version, card]));
}

/** Which models have answered the calls of a job or calibration, as their providers name them, by the name that was asked for. */
export async function answeringModels(
  db: Db,
  scope: Scope,
  jobId: string,
): Promise<readonly { readonly asked: string; readonly answered: string | null; readonly calls: number }[]> {
  const answered = sql<string | null>`${modelCalls.outcome}->'completion'->>'model'`;
  return db
    .select({ asked: modelCalls.model, answered, calls: count() })
    .from(modelCalls)
    .where(and(eq(modelCalls.projectId, scope.projectId), eq(modelCalls.jobId, jobId)))
    .groupBy(modelCalls.model, answered)
    .orderBy(asc(modelCalls.model), asc(answered));
}
