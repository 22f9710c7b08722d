import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { PgTable } from 'drizzle-orm/pg-core';
import type {
  CandidateRecord,
  CurvePoint,
  JobEvent,
  JournalEntry,
  RefusalRecord,
  RolloutPurpose,
} from '../domain/record.ts';
import type { Rollout } from '../domain/rollout.ts';
import type { Db } from './db.ts';
import { candidateFates, candidates, curvePoints, modelCalls, refusals, rollouts, scores } from './schema.ts';

/** One fact of a job's record, on its way to its table. */
export type Fact =
  | { readonly kind: 'call'; readonly entry: JournalEntry }
  | { readonly kind: 'rollout'; readonly rollout: Rollout; readonly purpose: RolloutPurpose }
  | { readonly kind: 'candidate'; readonly candidate: CandidateRecord; readonly at: Date }
  | { readonly kind: 'refusal'; readonly refusal: RefusalRecord }
  | {
      readonly kind: 'fate';
      readonly candidateId: string;
      readonly seq: number;
      readonly fate: string;
      readonly reason: string;
    }
  | { readonly kind: 'curve'; readonly point: CurvePoint }
  | { readonly kind: 'event'; readonly event: JobEvent };

interface JobKey {
  readonly projectId: string;
  readonly jobId: string;
}

/** Rows of one statement: far below the 65,535 parameters of the protocol, and a few milliseconds of the embedded database. */
const ROWS_PER_INSERT = 100;

type Rows<T extends PgTable> = T['$inferInsert'][];

/** Inserts facts (events apart) by table; a fact that is there already stays as it was. */
export async function insertFacts(tx: Db, job: JobKey, facts: readonly Fact[]): Promise<void> {
  const rows = rowsOf(job, facts);
  await insertAll(tx, modelCalls, rows.calls);
  await insertAll(tx, candidates, rows.candidates);
  await insertAll(tx, candidateFates, rows.fates);
  await insertAll(tx, refusals, rows.refusals);
  await insertAll(tx, rollouts, rows.rollouts);
  await insertAll(tx, scores, rows.scores);
  await insertAll(tx, curvePoints, rows.points);
}

async function insertAll<T extends PgTable>(tx: Db, table: T, rows: Rows<T>): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    await tx
      .insert(table)
      .values(rows.slice(from, from + ROWS_PER_INSERT))
      .onConflictDoNothing();
    // The embedded database works on this thread, and awaiting it does not let timers or sockets in.
    await yieldToEvents();
  }
}

function rowsOf(job: JobKey, facts: readonly Fact[]) {
  const rows = {
    calls: [] as Rows<typeof modelCalls>,
    candidates: [] as Rows<typeof candidates>,
    fates: [] as Rows<typeof candidateFates>,
    refusals: [] as Rows<typeof refusals>,
    rollouts: [] as Rows<typeof rollouts>,
    scores: [] as Rows<typeof scores>,
    points: [] as Rows<typeof curvePoints>,
  };
  for (const fact of facts) {
    switch (fact.kind) {
      case 'call':
        rows.calls.push({ ...job, ...callRow(fact.entry) });
        break;
      case 'candidate':
        rows.candidates.push({
          ...job,
          candidateId: fact.candidate.id,
          seq: fact.candidate.seq,
          components: fact.candidate.components,
          parents: [...fact.candidate.parents],
          operator: fact.candidate.operator,
          reason: fact.candidate.reason,
          promptTokens: fact.candidate.promptTokens,
          reflectedOn: [...fact.candidate.reflectedOn],
          createdAt: fact.at,
        });
        break;
      case 'fate':
        rows.fates.push({ ...job, candidateId: fact.candidateId, seq: fact.seq, fate: fact.fate, reason: fact.reason });
        break;
      case 'refusal':
        rows.refusals.push({ ...job, ...fact.refusal, parents: [...fact.refusal.parents] });
        break;
      case 'rollout':
        rows.rollouts.push({ ...job, ...rolloutRow(fact.rollout, fact.purpose) });
        rows.scores.push(...scoreRows(job, fact.rollout));
        break;
      case 'curve':
        rows.points.push({ ...job, ...fact.point, front: [...fact.point.front] });
        break;
      case 'event':
        break;
    }
  }
  return rows;
}

function callRow(entry: JournalEntry): Omit<typeof modelCalls.$inferInsert, keyof JobKey> {
  const completion = entry.outcome.ok ? entry.outcome.completion : undefined;
  return {
    callId: entry.callId,
    role: entry.role,
    provider: entry.provider,
    model: entry.model,
    request: entry.request,
    outcome: entry.outcome,
    inputTokens: completion?.usage.inputTokens ?? 0,
    cachedInputTokens: completion?.usage.cachedInputTokens ?? 0,
    outputTokens: completion?.usage.outputTokens ?? 0,
    nanoUsd: completion ? completion.cost : 0,
    latencyMs: completion?.latencyMs ?? null,
    lost: entry.lost,
    reusedFrom: entry.reusedFrom,
    at: entry.at,
  };
}

function rolloutRow(rollout: Rollout, purpose: RolloutPurpose): Omit<typeof rollouts.$inferInsert, keyof JobKey> {
  return {
    candidateId: rollout.candidateId,
    rowId: rollout.rowId,
    repeat: rollout.repeat,
    purpose,
    output: rollout.output,
    steps: rollout.steps,
    error: rollout.error ?? null,
    values: rollout.values,
  };
}

function scoreRows(job: JobKey, rollout: Rollout): Rows<typeof scores> {
  return Object.entries(rollout.scores).map(([evaluator, score]) => ({
    ...job,
    candidateId: rollout.candidateId,
    rowId: rollout.rowId,
    repeat: rollout.repeat,
    evaluator,
    value: score.value,
    pass: score.pass,
    feedback: score.feedback,
    category: score.category,
    details: score.details ?? null,
  }));
}
