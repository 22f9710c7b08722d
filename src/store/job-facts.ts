import { and, asc, desc, eq, getTableColumns, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { ModelRole } from '../domain/model.ts';
import type { Components } from '../domain/prompt.ts';
import type { CurvePoint, RolloutPurpose } from '../domain/record.ts';
import { decodeCursor, type Page, page, pageSize } from './cursor.ts';
import type { Db } from './db.ts';
import type { JobSpent, RoleSpend, SavedSpend } from './job-state.ts';
import { candidateFates, candidates, curvePoints, modelCalls, rollouts, scores, sealedReads } from './schema.ts';

/** A point of the curve without the front of its time: of a long search with several objectives that is most of the curve. */
export type CurveFigures = Omit<CurvePoint, 'front'>;

/** Oldest first. */
export async function getCurveFigures(db: Db, projectId: string, jobId: string): Promise<CurveFigures[]> {
  const { projectId: _project, jobId: _job, front: _front, ...figures } = getTableColumns(curvePoints);
  return db
    .select(figures)
    .from(curvePoints)
    .where(and(eq(curvePoints.projectId, projectId), eq(curvePoints.jobId, jobId)))
    .orderBy(asc(curvePoints.seq));
}

/** Points of the score curve, oldest first. */
export async function getCurve(db: Db, projectId: string, jobId: string): Promise<CurvePoint[]> {
  const rows = await db
    .select()
    .from(curvePoints)
    .where(and(eq(curvePoints.projectId, projectId), eq(curvePoints.jobId, jobId)))
    .orderBy(asc(curvePoints.seq));
  return rows.map(({ projectId: _project, jobId: _job, ...point }) => point);
}

export interface StoredCandidate {
  readonly id: string;
  readonly seq: number;
  readonly components: typeof candidates.$inferSelect.components;
  readonly parents: readonly string[];
  readonly operator: string;
  readonly reason: string;
  readonly promptTokens: number;
  readonly reflectedOn: readonly string[];
  readonly createdAt: Date;
  /** Present fate, null while none is known. */
  readonly fate: { readonly fate: string; readonly reason: string } | null;
}

/** Which candidates; nothing: all of them. */
export interface CandidateFilter {
  readonly ids?: readonly string[];
  /** Those whose components are written exactly like one of these. */
  readonly texts?: readonly Components[];
  /** At most so many, after this number of proposal. */
  readonly page?: { readonly after: number; readonly limit: number };
}

/** Candidates in order of proposal, with their present fate. */
export async function listCandidates(
  db: Db,
  projectId: string,
  jobId: string,
  { ids, texts, page: part }: CandidateFilter = {},
): Promise<StoredCandidate[]> {
  const written = texts?.map((components) => JSON.stringify(components));
  const query = db
    .select()
    .from(candidates)
    .where(
      and(
        eq(candidates.projectId, projectId),
        eq(candidates.jobId, jobId),
        ids && inArray(candidates.candidateId, [...ids]),
        written && inArray(sql`${candidates.components}::text`, written),
        part && gt(candidates.seq, part.after),
      ),
    )
    .orderBy(asc(candidates.seq));
  const rows = await (part ? query.limit(part.limit) : query);
  const known = ids ?? (written || part ? rows.map((row) => row.candidateId) : undefined);
  const fateOf = await presentFates(db, projectId, jobId, known);
  return rows.map(({ projectId: _project, jobId: _job, candidateId: id, ...candidate }) => ({
    id,
    ...candidate,
    fate: fateOf.get(id) ?? null,
  }));
}

export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const seqCursor = z.tuple([z.int()]);

/** Candidates in order of proposal: a page where one is asked for, else all of them. */
export async function candidatePage(
  db: Db,
  projectId: string,
  jobId: string,
  { limit: asked, cursor }: PageRequest,
): Promise<Page<StoredCandidate> & { readonly ids?: readonly string[] }> {
  if (asked === undefined && cursor === undefined)
    return { items: await listCandidates(db, projectId, jobId), nextCursor: null };
  const limit = pageSize(asked);
  const after = cursor === undefined ? -1 : decodeCursor(seqCursor, cursor)[0];
  const found = page(
    await listCandidates(db, projectId, jobId, { page: { after, limit: limit + 1 } }),
    limit,
    ({ seq }) => [seq],
  );
  return { ...found, ids: found.items.map(({ id }) => id) };
}

export async function getCandidate(
  db: Db,
  projectId: string,
  jobId: string,
  candidateId: string,
): Promise<StoredCandidate | undefined> {
  const [candidate] = await listCandidates(db, projectId, jobId, { ids: [candidateId] });
  return candidate;
}

/** The last fate of candidates by id, of all of them or of these; absent where none is known. */
export async function presentFates(
  db: Db,
  projectId: string,
  jobId: string,
  ids?: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<StoredCandidate['fate']>>> {
  const fates = await db
    .selectDistinctOn([candidateFates.candidateId], {
      id: candidateFates.candidateId,
      fate: candidateFates.fate,
      reason: candidateFates.reason,
    })
    .from(candidateFates)
    .where(
      and(
        eq(candidateFates.projectId, projectId),
        eq(candidateFates.jobId, jobId),
        ids && inArray(candidateFates.candidateId, [...ids]),
      ),
    )
    .orderBy(asc(candidateFates.candidateId), desc(candidateFates.seq));
  return new Map(fates.map(({ id, ...fate }) => [id, fate]));
}

type ScoreRow = typeof scores.$inferSelect;
export type StoredScore = Pick<ScoreRow, 'value' | 'pass' | 'feedback' | 'category' | 'details'>;
export interface StoredRollout extends Omit<typeof rollouts.$inferSelect, 'projectId' | 'jobId'> {
  /** By evaluator id. */
  readonly scores: Readonly<Record<string, StoredScore>>;
}

export interface RolloutFilter {
  readonly candidate?: string | undefined;
  readonly row?: string | undefined;
  readonly purpose?: RolloutPurpose | undefined;
  /** Items of a page: default 50, at most 500. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const rolloutCursor = z.tuple([z.string(), z.string(), z.int()]);

/** Rollouts with their scores, by candidate, row and repeat. */
export async function listRollouts(
  db: Db,
  projectId: string,
  jobId: string,
  filter: RolloutFilter = {},
): Promise<Page<StoredRollout>> {
  const limit = pageSize(filter.limit);
  const conditions: (SQL | undefined)[] = [eq(rollouts.projectId, projectId), eq(rollouts.jobId, jobId)];
  if (filter.candidate !== undefined) conditions.push(eq(rollouts.candidateId, filter.candidate));
  if (filter.row !== undefined) conditions.push(eq(rollouts.rowId, filter.row));
  if (filter.purpose !== undefined) conditions.push(eq(rollouts.purpose, filter.purpose));
  if (filter.cursor !== undefined) {
    const [candidate, row, repeat] = decodeCursor(rolloutCursor, filter.cursor);
    conditions.push(
      sql`(${rollouts.candidateId}, ${rollouts.rowId}, ${rollouts.repeat}) > (${candidate}, ${row}, ${repeat}::smallint)`,
    );
  }
  const rows = await db
    .select()
    .from(rollouts)
    .where(and(...conditions))
    .orderBy(asc(rollouts.candidateId), asc(rollouts.rowId), asc(rollouts.repeat))
    .limit(limit + 1);
  const found = page(rows, limit, (rollout) => [rollout.candidateId, rollout.rowId, rollout.repeat]);
  const scoresOf = await scoresByRollout(db, projectId, jobId, found.items);
  return {
    nextCursor: found.nextCursor,
    items: found.items.map(({ projectId: _project, jobId: _job, ...rollout }) => ({
      ...rollout,
      scores: scoresOf.get(rolloutKey(rollout)) ?? {},
    })),
  };
}

/** How many rollouts of a job served this purpose. */
export async function countRollouts(
  db: Db,
  projectId: string,
  jobId: string,
  purpose: RolloutPurpose,
): Promise<number> {
  return db.$count(
    rollouts,
    and(eq(rollouts.projectId, projectId), eq(rollouts.jobId, jobId), eq(rollouts.purpose, purpose)),
  );
}

interface RolloutKey {
  readonly candidateId: string;
  readonly rowId: string;
  readonly repeat: number;
}
/** Of a suite; a bound also keeps the subquery from being joined in another order. */
const MOST_EVALUATORS = 100;

const rolloutKey = ({ candidateId, rowId, repeat }: RolloutKey) => JSON.stringify([candidateId, rowId, repeat]);

async function scoresByRollout(
  db: Db,
  projectId: string,
  jobId: string,
  of: readonly RolloutKey[],
): Promise<Map<string, Record<string, StoredScore>>> {
  const byRollout = new Map<string, Record<string, StoredScore>>();
  if (of.length === 0) return byRollout;
  // Rollout by rollout, inside the statement: with lists the database may read the scores of the whole job.
  const own = db
    .select()
    .from(scores)
    .where(
      and(
        eq(scores.projectId, projectId),
        eq(scores.jobId, jobId),
        sql`(${scores.candidateId}, ${scores.rowId}, ${scores.repeat}) = (u.candidate, u.row, u.repeat)`,
      ),
    )
    .limit(MOST_EVALUATORS)
    .as('own');
  const array = (value: (key: RolloutKey) => string | number) => sql.param(of.map(value));
  const keys = sql`unnest(${array((key) => key.candidateId)}::text[], ${array((key) => key.rowId)}::text[], ${array((key) => key.repeat)}::smallint[]) as u (candidate, row, repeat)`;
  const rows = await db
    .select({
      candidateId: own.candidateId,
      rowId: own.rowId,
      repeat: own.repeat,
      evaluator: own.evaluator,
      value: own.value,
      pass: own.pass,
      feedback: own.feedback,
      category: own.category,
      details: own.details,
    })
    .from(keys)
    .crossJoinLateral(own);
  for (const { value, pass, feedback, category, details, evaluator, ...key } of rows) {
    const known = byRollout.get(rolloutKey(key)) ?? {};
    known[evaluator] = { value, pass, feedback, category, details };
    byRollout.set(rolloutKey(key), known);
  }
  return byRollout;
}

/**
 * What the model calls of a job used, as the journal has it: by role what was paid for, and what answers of earlier jobs have saved. `usd` is
 * null when one of the calls had no price.
 */
export async function spendOfCalls(
  db: Db,
  projectId: string,
  jobId: string,
): Promise<Required<Pick<JobSpent, 'byRole' | 'saved'>>> {
  const reused = sql<boolean>`${modelCalls.reusedFrom} is not null`;
  const sum = (column: AnyPgColumn) => sql<number>`coalesce(sum(${column}), 0)::float8`;
  const rows = await db
    .select({
      role: modelCalls.role,
      reused,
      calls: sql<number>`count(*)::int`,
      inputTokens: sum(modelCalls.inputTokens),
      cachedInputTokens: sum(modelCalls.cachedInputTokens),
      outputTokens: sum(modelCalls.outputTokens),
      nanoUsd: sql<
        number | null
      >`(case when bool_or(${modelCalls.nanoUsd} is null) then null else sum(${modelCalls.nanoUsd}) end)::float8`,
    })
    .from(modelCalls)
    .where(and(eq(modelCalls.projectId, projectId), eq(modelCalls.jobId, jobId)))
    .groupBy(modelCalls.role, reused);
  const byRole: Partial<Record<ModelRole, RoleSpend>> = {};
  let saved: SavedSpend = { calls: 0, tokens: 0, usd: 0 };
  for (const { role, reused: isReused, nanoUsd, ...spend } of rows) {
    const usd = nanoUsd === null ? null : nanoUsd / 1e9;
    if (isReused)
      saved = {
        calls: saved.calls + spend.calls,
        tokens: saved.tokens + spend.inputTokens + spend.outputTokens,
        usd: saved.usd === null || usd === null ? null : saved.usd + usd,
      };
    else byRole[role] = { ...spend, usd };
  }
  return { byRole, saved };
}

/** Notes that a job compared candidates on the sealed split of a dataset. A resumed job reads it once. */
export async function noteSealedRead(db: Db, read: typeof sealedReads.$inferInsert): Promise<void> {
  await db.insert(sealedReads).values(read).onConflictDoNothing();
}

/** How often the sealed split with this content hash was read, over all jobs of the project (`except` one). */
export async function countSealedReads(
  db: Db,
  projectId: string,
  sha256: string,
  except?: string,
): Promise<{ readonly jobs: number; readonly candidates: number }> {
  const [count] = await db
    .select({
      jobs: sql<number>`count(*)::int`,
      candidates: sql<number>`coalesce(sum(${sealedReads.candidates}), 0)::int`,
    })
    .from(sealedReads)
    .where(
      and(
        eq(sealedReads.projectId, projectId),
        eq(sealedReads.sha256, sha256),
        except === undefined ? undefined : sql`${sealedReads.jobId} <> ${except}`,
      ),
    );
  return count ?? { jobs: 0, candidates: 0 };
}
