import { and, asc, eq, getTableColumns, gte, inArray, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm';
import type { EarlierAnswer } from '../domain/record.ts';
import type { Db } from './db.ts';
import { modelCalls } from './schema.ts';

export interface EarlierScope {
  readonly projectId: string;
  readonly jobId: string;
  /** Answers from here on … */
  readonly from: Date;
  /** … up to here, exclusive: fixed when the job starts, so that it may use the same ones whenever it is taken up again. */
  readonly before: Date;
}

/** Call ids of one query. */
const BATCH = 500;

type Lookup = (callId: string) => Promise<EarlierAnswer | undefined>;

/**
 * Looks up answers that earlier jobs of the project have paid for, by the content address of the call; the oldest one in the span counts.
 * What is asked for in one turn of the event loop shares a query.
 */
export async function openEarlierAnswers(db: Db, scope: EarlierScope): Promise<Lookup | undefined> {
  const { projectId, jobId } = scope;
  // Most first jobs of a project would ask in vain, call by call.
  const [other] = await db
    .select({ jobId: modelCalls.jobId })
    .from(modelCalls)
    .where(and(eq(modelCalls.projectId, projectId), ne(modelCalls.jobId, jobId)))
    .limit(1);
  if (other === undefined) return undefined;

  let asked: {
    readonly callId: string;
    readonly found: (answer: EarlierAnswer | undefined) => void;
    readonly failed: (why: unknown) => void;
  }[] = [];
  const look = async (): Promise<void> => {
    const batch = asked;
    asked = [];
    for (let from = 0; from < batch.length; from += BATCH) {
      const part = batch.slice(from, from + BATCH);
      try {
        const answers = await findAnswers(
          db,
          scope,
          part.map(({ callId }) => callId),
        );
        for (const { callId, found } of part) found(answers.get(callId));
      } catch (error) {
        for (const { failed } of part) failed(error);
      }
    }
  };
  return (callId) =>
    new Promise((found, failed) => {
      asked.push({ callId, found, failed });
      if (asked.length === 1) setImmediate(() => void look());
    });
}

/**
 * Gives a job the answers of another one, as copies that were not paid here: a failure is asked again. For a job that does once more what
 * the other one did not end.
 */
export async function copyAnswers(
  db: Db,
  projectId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const answers = db
    .select({
      ...getTableColumns(modelCalls),
      jobId: sql<string>`${sql.param(to)}::text`.as('job_id'),
      reusedFrom: sql<string>`coalesce(${modelCalls.reusedFrom}, ${modelCalls.jobId})`.as('reused_from'),
    })
    .from(modelCalls)
    .where(and(eq(modelCalls.projectId, projectId), eq(modelCalls.jobId, from), isNotNull(modelCalls.latencyMs)));
  await db.insert(modelCalls).select(answers);
}

async function findAnswers(
  db: Db,
  { projectId, from, before }: EarlierScope,
  callIds: readonly string[],
): Promise<Map<string, EarlierAnswer>> {
  const rows = await db
    .selectDistinctOn([modelCalls.callId], {
      callId: modelCalls.callId,
      jobId: modelCalls.jobId,
      outcome: modelCalls.outcome,
    })
    .from(modelCalls)
    .where(
      and(
        eq(modelCalls.projectId, projectId),
        inArray(modelCalls.callId, [...callIds]),
        isNull(modelCalls.reusedFrom),
        isNotNull(modelCalls.latencyMs),
        // In the words of the index.
        sql`${modelCalls.role} <> 'reflection'`,
        gte(modelCalls.at, from),
        lt(modelCalls.at, before),
      ),
    )
    .orderBy(asc(modelCalls.callId), asc(modelCalls.at), asc(modelCalls.jobId));
  return new Map(
    rows.flatMap(({ callId, jobId, outcome }) =>
      outcome.ok ? [[callId, { jobId, completion: outcome.completion }] as const] : [],
    ),
  );
}
