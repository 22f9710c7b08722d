import { and, asc, count, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import type { CurvePoint } from '../domain/record.ts';
import type { Db } from './db.ts';
import { presentFates, type StoredCandidate } from './job-facts.ts';
import { candidates, curvePoints, rollouts, scores } from './schema.ts';

/** What a candidate was ranked by last. */
export interface StoredStanding extends Pick<CurvePoint, 'kind' | 'objectives' | 'intervals' | 'violation'> {
  /** Null when another one was the best then: a curve point keeps the rows of the best. */
  readonly rows: number | null;
}

/** A candidate without its texts: thousands are read at once. */
export interface CandidateHead
  extends Pick<StoredCandidate, 'id' | 'seq' | 'parents' | 'operator' | 'promptTokens' | 'fate'> {
  readonly standing: StoredStanding | null;
}

/** All candidates of a job in order of proposal, without their texts, with what they were ranked by last. */
export async function listCandidateHeads(db: Db, projectId: string, jobId: string): Promise<CandidateHead[]> {
  const rows = await db
    .select({
      id: candidates.candidateId,
      seq: candidates.seq,
      parents: candidates.parents,
      operator: candidates.operator,
      promptTokens: candidates.promptTokens,
    })
    .from(candidates)
    .where(and(eq(candidates.projectId, projectId), eq(candidates.jobId, jobId)))
    .orderBy(asc(candidates.seq));
  const fateOf = await presentFates(db, projectId, jobId);
  const standingOf = await standingsOf(db, projectId, jobId);
  return rows.map((row) => ({ ...row, fate: fateOf.get(row.id) ?? null, standing: standingOf.get(row.id) ?? null }));
}

/** What candidates were ranked by last, by id: all of them, or these. Absent: not ranked. */
export async function standingsOf(
  db: Db,
  projectId: string,
  jobId: string,
  ids?: readonly string[],
): Promise<ReadonlyMap<string, StoredStanding>> {
  const rows = await db
    .selectDistinctOn([curvePoints.candidateId], {
      id: curvePoints.candidateId,
      kind: curvePoints.kind,
      rows: sql<number | null>`case when ${curvePoints.best} = ${curvePoints.candidateId} then ${curvePoints.rows} end`,
      objectives: curvePoints.objectives,
      intervals: curvePoints.intervals,
      violation: curvePoints.violation,
    })
    .from(curvePoints)
    .where(and(ofJob(projectId, jobId), ids && inArray(curvePoints.candidateId, [...ids])))
    .orderBy(asc(curvePoints.candidateId), desc(curvePoints.seq));
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
}

const ofJob = (projectId: string, jobId: string): SQL | undefined =>
  and(eq(curvePoints.projectId, projectId), eq(curvePoints.jobId, jobId));

/** Points of the curve without what most of their size is: enough to choose among them. */
export type CurveOutline = Pick<
  CurvePoint,
  'seq' | 'candidateId' | 'best' | 'kind' | 'score' | 'objectives' | 'violation'
>;

/** Oldest first. */
export async function curveOutline(db: Db, projectId: string, jobId: string): Promise<CurveOutline[]> {
  return db
    .select({
      seq: curvePoints.seq,
      candidateId: curvePoints.candidateId,
      best: curvePoints.best,
      kind: curvePoints.kind,
      score: curvePoints.score,
      objectives: curvePoints.objectives,
      violation: curvePoints.violation,
    })
    .from(curvePoints)
    .where(ofJob(projectId, jobId))
    .orderBy(asc(curvePoints.seq));
}

/** Whole points by their numbers, oldest first. */
export async function curvePointsAt(
  db: Db,
  projectId: string,
  jobId: string,
  seqs: readonly number[],
): Promise<CurvePoint[]> {
  if (seqs.length === 0) return [];
  const rows = await db
    .select()
    .from(curvePoints)
    .where(and(ofJob(projectId, jobId), inArray(curvePoints.seq, [...seqs])))
    .orderBy(asc(curvePoints.seq));
  return rows.map(({ projectId: _project, jobId: _job, ...point }) => point);
}

/**
 * On how many train and validation rows these candidates were run, and their mean score by one evaluator there. Of first runs; the sealed rows of a
 * confirmation are other rows.
 */
export async function measuredOpen(
  db: Db,
  projectId: string,
  jobId: string,
  candidateIds: readonly string[],
  evaluator: string,
): Promise<ReadonlyMap<string, { readonly rows: number; readonly mean: number | null }>> {
  if (candidateIds.length === 0) return new Map();
  const sealed = await db
    .selectDistinct({ rowId: rollouts.rowId })
    .from(rollouts)
    .where(
      and(
        eq(rollouts.projectId, projectId),
        eq(rollouts.jobId, jobId),
        // Written out, so that the index of what is beside the search is known to hold it.
        sql`${rollouts.purpose} = 'confirmation'`,
        inArray(rollouts.candidateId, [...candidateIds]),
      ),
    );
  const sealedIds = sealed.map(({ rowId }) => rowId);
  // One candidate at a time, inside the statement: with a list the database may read the scores of the whole job.
  const own = db
    .select({ rows: count().as('rows'), mean: sql<number | null>`avg(${scores.value})`.as('mean') })
    .from(scores)
    .where(
      and(
        eq(scores.projectId, projectId),
        eq(scores.jobId, jobId),
        sql`${scores.candidateId} = u.id`,
        eq(scores.evaluator, evaluator),
        eq(scores.repeat, 0),
        sealedIds.length === 0 ? undefined : notInArray(scores.rowId, sealedIds),
      ),
    )
    .as('own');
  const found = await db
    .select({ id: sql<string>`u.id`, rows: own.rows, mean: own.mean })
    .from(sql`unnest(${sql.param([...candidateIds])}::text[]) as u (id)`)
    .crossJoinLateral(own);
  return new Map(found.map(({ id, ...measured }) => [id, measured]));
}
