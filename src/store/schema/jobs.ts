import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import type { Budget } from '../../domain/budget.ts';
import type { CalibrationRequest } from '../../domain/calibration.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import { JOB_STATUSES, type JobRequest, STOP_REASONS } from '../../domain/job.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { NoiseFloor } from '../../domain/noise.ts';
import type { ModelPrice } from '../../domain/price.ts';
import { CURVE_POINT_KINDS } from '../../domain/record.ts';
import type { Interval, Verdict } from '../../domain/verdict.ts';
import type { EvaluationResult } from '../../domain/views/evaluation-view.ts';
import type { JobBaseline, JobBest, JobProgress, JobSpent, JobWarning } from '../job-state.ts';
import { exactJson, foreignText, instant, jobKey } from './columns.ts';
import { projectId } from './projects.ts';

export const JOB_KINDS = ['optimization', 'evaluation', 'calibration'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/**
 * A job and its present state: a search for a better prompt, an evaluation of some, or a comparison of a judge with people. The state
 * columns are kept beside the facts (candidates, rollouts, model calls) for cheap reads; the facts are the truth.
 */
export const jobs = pgTable(
  'jobs',
  {
    id: text().primaryKey(),
    projectId: projectId(),
    kind: text({ enum: JOB_KINDS }).notNull().default('optimization'),
    name: foreignText(),
    status: text({ enum: JOB_STATUSES }).notNull().default('queued'),
    stopReason: text({ enum: STOP_REASONS }),
    request: exactJson<JobRequest | EvaluationRequest | CalibrationRequest>().notNull(),
    /** The job with every reference replaced by what it stood for at submit. */
    resolved: exactJson<JsonObject>().notNull(),
    resolvedHash: text().notNull(),
    seed: bigint({ mode: 'number' }).notNull(),
    budget: exactJson<Budget>().notNull(),
    progress: exactJson<JobProgress>(),
    spent: exactJson<JobSpent>(),
    baseline: exactJson<JobBaseline>(),
    best: exactJson<JobBest>(),
    noise: exactJson<NoiseFloor>(),
    verdict: exactJson<Verdict>(),
    /** What an evaluation has found; null in other jobs. */
    result: exactJson<EvaluationResult>(),
    warnings: exactJson<readonly JobWarning[]>().notNull().default([]),
    /** What its models cost when it was submitted; null in jobs from before that was kept. */
    prices: exactJson<readonly ModelPrice[]>(),
    /** Why it failed, for users. */
    error: foreignText(),
    /** Times that a worker took it up. */
    attempts: integer().notNull().default(0),
    cancelRequested: boolean().notNull().default(false),
    /** Prompt name when the job optimizes a registered prompt. */
    promptName: text(),
    scheduleId: text(),
    createdAt: instant().notNull().defaultNow(),
    /** First start: `budget.seconds` counts from here. */
    startedAt: instant(),
    endedAt: instant(),
  },
  (t) => [
    index('jobs_by_age').on(t.projectId, t.kind, t.createdAt, t.id),
    index('jobs_by_prompt').on(t.projectId, t.promptName, t.createdAt, t.id),
    index('jobs_by_schedule').on(t.projectId, t.scheduleId, t.createdAt),
  ],
);

/** What happened, in order of `id`: the source of the event stream. */
export const jobEvents = pgTable(
  'job_events',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    ...jobKey(),
    /** Equal keys are one event. */
    key: text().notNull(),
    type: text().notNull(),
    data: exactJson<Readonly<Record<string, Json>>>().notNull(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [
    unique('job_events_by_key').on(t.projectId, t.jobId, t.key),
    index('job_events_by_job').on(t.projectId, t.jobId, t.id),
  ],
);

export const SCHEDULE_CONDITIONS = ['always', 'changed', 'degraded'] as const;
export type ScheduleCondition = (typeof SCHEDULE_CONDITIONS)[number];

export const schedules = pgTable(
  'schedules',
  {
    id: text().primaryKey(),
    projectId: projectId(),
    name: text().notNull(),
    cron: text().notNull(),
    timezone: text().notNull().default('UTC'),
    job: exactJson<JobRequest>().notNull(),
    when: text({ enum: SCHEDULE_CONDITIONS }).notNull().default('always'),
    /** Import the winner as a draft. */
    import: boolean().notNull().default(false),
    notify: exactJson<{ readonly webhook: string }>(),
    enabled: boolean().notNull().default(true),
    lastJobId: text(),
    lastRunAt: instant(),
    /** Resolved hash of the last run: what `changed` compares with. */
    lastHash: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [unique('schedules_by_name').on(t.projectId, t.name)],
);

/** Every job that read a sealed test split: a split that many jobs have read is not sealed any more. */
export const sealedReads = pgTable(
  'sealed_reads',
  {
    projectId: text().notNull(),
    /** Content hash of the dataset (version or inline rows). */
    sha256: text().notNull(),
    jobId: text().notNull(),
    /** `name@version`; null for inline rows. */
    dataset: text(),
    /** Candidates compared on the split. */
    candidates: integer().notNull(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.sha256, t.jobId] })],
);

/** Curve points of a job, in order of `seq`. */
export const curvePoints = pgTable(
  'curve_points',
  {
    ...jobKey(),
    seq: integer().notNull(),
    at: instant().notNull(),
    rollouts: integer().notNull(),
    tokens: bigint({ mode: 'number' }).notNull(),
    usd: doublePrecision().notNull(),
    candidateId: text().notNull(),
    best: text().notNull(),
    kind: text({ enum: CURVE_POINT_KINDS }).notNull().default('validation'),
    score: doublePrecision(),
    interval: exactJson<Interval>(),
    rows: integer().notNull(),
    objectives: exactJson<Readonly<Record<string, number | null>>>().notNull(),
    intervals: exactJson<Readonly<Record<string, Interval | null>>>(),
    violation: doublePrecision().notNull().default(0),
    hypervolume: doublePrecision(),
    front: text().array().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.jobId, t.seq] })],
);
