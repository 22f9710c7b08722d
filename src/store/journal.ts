import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { JournaledAnswer } from '../domain/record.ts';
import type { Db } from './db.ts';
import { modelCalls } from './schema.ts';

const PAGE = 500;

/** What is kept of an entry in memory. */
export function answerOf({ callId, role, outcome, lost, reusedFrom }: JournaledAnswer): JournaledAnswer {
  return { callId, role, outcome, lost, reusedFrom };
}

/** Reads the answers of a job's journal, by call. In pages: a page is parsed in one go, and others wait meanwhile. */
export async function loadJournal(db: Db, projectId: string, jobId: string): Promise<Map<string, JournaledAnswer>> {
  const known = new Map<string, JournaledAnswer>();
  for (let after = ''; ; ) {
    const page = await db
      .select({
        callId: modelCalls.callId,
        role: modelCalls.role,
        outcome: modelCalls.outcome,
        lost: modelCalls.lost,
        reusedFrom: modelCalls.reusedFrom,
      })
      .from(modelCalls)
      .where(and(eq(modelCalls.projectId, projectId), eq(modelCalls.jobId, jobId), gt(modelCalls.callId, after)))
      .orderBy(asc(modelCalls.callId))
      .limit(PAGE);
    for (const answer of page) known.set(answer.callId, answer);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return known;
    after = last.callId;
    await yieldToEvents();
  }
}
