import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { REFUSALS } from '../../domain/candidate.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ModelRole } from '../../domain/model.ts';
import type { Components } from '../../domain/prompt.ts';
import type { JournalEntry, RolloutPurpose } from '../../domain/record.ts';
import type { Rollout } from '../../domain/rollout.ts';
import { exactJson, foreignText, instant, jobKey } from './columns.ts';

// The large, append-only tables: one row per fact, keyed by its natural key, so that a resumed job may write a fact again. They have no
// foreign keys, so that they can be partitioned and dropped by retention.

export const candidates = pgTable(
  'candidates',
  {
    ...jobKey(),
    candidateId: text().notNull(),
    seq: integer().notNull(),
    components: exactJson<Components>().notNull(),
    parents: text().array().notNull(),
    operator: foreignText().notNull(),
    reason: foreignText().notNull(),
    promptTokens: integer().notNull(),
    reflectedOn: text().array().notNull().default([]),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.jobId, t.candidateId] })],
);

/** What became of candidates; the row with the highest `seq` is the present fate. */
export const candidateFates = pgTable(
  'candidate_fates',
  {
    ...jobKey(),
    candidateId: text().notNull(),
    seq: integer().notNull(),
    fate: text().notNull(),
    reason: foreignText().notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.jobId, t.candidateId, t.seq] })],
);

export const refusals = pgTable(
  'refusals',
  {
    ...jobKey(),
    seq: integer().notNull(),
    operator: foreignText().notNull(),
    parents: text().array().notNull(),
    refusal: text({ enum: REFUSALS }).notNull(),
    detail: foreignText().notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.jobId, t.seq] })],
);

/** The journal. Usage columns repeat what `outcome` holds, for sums. */
export const modelCalls = pgTable(
  'model_calls',
  {
    ...jobKey(),
    callId: text().notNull(),
    role: text().$type<ModelRole>().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    request: exactJson<JsonObject>().notNull(),
    outcome: exactJson<JournalEntry['outcome']>().notNull(),
    inputTokens: integer().notNull(),
    cachedInputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    /** 1e-9 USD; null without a price. */
    nanoUsd: bigint({ mode: 'number' }),
    latencyMs: doublePrecision(),
    lost: exactJson<JournalEntry['lost']>().notNull(),
    /** The earlier job whose answer this is; null for a call that was paid for here. */
    reusedFrom: text(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.jobId, t.callId] }),
    // What later jobs look up: paid answers (a failure has no latency) of the roles that are reused.
    index('model_calls_by_content')
      .on(t.projectId, t.callId, t.at)
      .where(sql`reused_from is null and latency_ms is not null and role <> 'reflection'`),
  ],
);

export const rollouts = pgTable(
  'rollouts',
  {
    ...jobKey(),
    candidateId: text().notNull(),
    rowId: text().notNull(),
    repeat: smallint().notNull(),
    purpose: text().$type<RolloutPurpose>().notNull(),
    output: foreignText().notNull(),
    steps: exactJson<Rollout['steps']>().notNull(),
    error: exactJson<NonNullable<Rollout['error']>>(),
    values: exactJson<Rollout['values']>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.jobId, t.candidateId, t.rowId, t.repeat] }),
    index('rollouts_by_row').on(t.projectId, t.jobId, t.rowId, t.candidateId, t.repeat),
    // The few that are not of the search, among a million that are.
    index('rollouts_beside_search')
      .on(t.projectId, t.jobId, t.purpose, t.candidateId, t.rowId, t.repeat)
      .where(sql`purpose <> 'search'`),
  ],
);

export const scores = pgTable(
  'scores',
  {
    ...jobKey(),
    candidateId: text().notNull(),
    rowId: text().notNull(),
    repeat: smallint().notNull(),
    evaluator: text().notNull(),
    /** 0…1; null = not applicable or not measurable. */
    value: doublePrecision(),
    pass: boolean().notNull(),
    feedback: foreignText().notNull(),
    category: foreignText(),
    details: exactJson<Readonly<Record<string, Json>>>(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.jobId, t.candidateId, t.rowId, t.repeat, t.evaluator] })],
);
