import { z } from 'zod';
import { budgetSchema } from '../budget.ts';
import { JOB_STATUSES, STOP_REASONS } from '../job.ts';
import { jsonObjectSchema } from '../json.ts';
import { noiseFloorSchema } from '../noise.ts';
import { modelPriceSchema } from '../price.ts';
import { promptContentSchema } from '../prompt.ts';
import { CURVE_POINT_KINDS, ROLLOUT_PURPOSES } from '../record.ts';
import { cohortSchema } from './cohort-view.ts';
import { standingViewSchema } from './search-view.ts';

/** Wire shapes of jobs: what the API answers, the client reads and `/openapi.json` documents. */
const metricValuesSchema = z.record(z.string(), z.number().nullable());
const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() });
const time = z.iso.datetime();

const verdictViewSchema = z
  .object({
    decision: z.enum(['promote', 'do_not_promote', 'inconclusive']),
    reason: z.string(),
    metrics: z.array(
      z.object({
        metric: z.string(),
        baseline: z.number().nullable(),
        winner: z.number().nullable(),
        difference: z.number().nullable(),
        interval: intervalSchema.nullable(),
        pValue: z.number().nullable(),
        rows: z.int(),
        wins: z.int(),
        losses: z.int(),
        ties: z.int(),
        missing: z.int(),
      }),
    ),
    constraints: z.array(
      z.object({
        metric: z.string(),
        rule: z.enum(['limit', 'not-worse-than-baseline']),
        allowed: z.number(),
        status: z.enum(['holds', 'under-powered', 'doubtful', 'broken', 'missing']),
        baseline: z.number().nullable(),
        winner: z.number().nullable(),
        difference: z.number().nullable(),
        worstLoss: z.number().nullable(),
        pValue: z.number().nullable(),
        rows: z.int(),
        wins: z.int(),
        losses: z.int(),
        missing: z.int(),
        rowsNeeded: z.int().nullable(),
      }),
    ),
    finalists: z.array(z.string()).describe("Compared with the baseline, the search's first choice first."),
    repeats: z.int().describe('Runs of each sealed row; some rows may have one more.'),
    needed: z
      .object({ rows: z.int().nullable(), repeats: z.int().nullable() })
      .nullable()
      .describe('What would decide an inconclusive verdict: sealed rows, or runs of each; null when it is decided.'),
  })
  .meta({ id: 'Verdict' });

const roleSpendSchema = z.object({
  calls: z.int(),
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  outputTokens: z.int(),
  usd: z.number().nullable(),
});

export const spentSchema = z.object({
  rollouts: z.int(),
  confirmationRollouts: z.int(),
  tokens: z.int(),
  reflectionTokens: z.int(),
  usd: z.number(),
  seconds: z.number(),
  byRole: z.object({
    task: roleSpendSchema.optional(),
    reflection: roleSpendSchema.optional(),
    judge: roleSpendSchema.optional(),
  }),
  saved: z
    .object({ calls: z.int(), tokens: z.int(), usd: z.number().nullable() })
    .describe('What answers of earlier jobs would have cost again; no part of the other figures but rollouts.'),
});

const warningSchema = z.object({ code: z.string(), message: z.string() });

export const jobViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(JOB_STATUSES),
    stopReason: z.enum(STOP_REASONS).nullable(),
    error: z.string().nullable(),
    progress: z.object({
      fraction: z.number(),
      rollouts: z.int(),
      proposals: z.int(),
      accepted: z.int(),
      refused: z.int(),
    }),
    spent: spentSchema,
    budget: budgetSchema,
    baseline: z.object({ scores: metricValuesSchema }).nullable(),
    best: z.object({ candidateId: z.string(), scores: metricValuesSchema }).nullable(),
    /** What the A/A run found; null before it, and without one. */
    noise: noiseFloorSchema.nullable(),
    verdict: verdictViewSchema.nullable(),
    warnings: z.array(warningSchema),
    prices: z
      .array(modelPriceSchema)
      .nullable()
      .describe(
        'USD per million tokens when it was submitted: what the job is booked at. Null in jobs of earlier versions.',
      ),
    resolved: jsonObjectSchema.describe(
      'The whole job with every reference replaced; in lists no more than `promptRef` and `optimizer` with its preset.',
    ),
    resolvedSha256: z.string(),
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof jobViewSchema>;

const estimateSchema = z
  .object({
    rollouts: z.int().nullable(),
    tokens: z.number().nullable(),
    usd: z.number().nullable(),
    proposals: z.int().nullable(),
    tokensPerRollout: z.number(),
    usdPerRollout: z.number().nullable(),
  })
  .meta({ id: 'Estimate' });

const adviceSchema = z
  .object({
    proposals: z.int().nullable().describe('That the budget buys; null when nothing bounds the search.'),
    testRows: z.int(),
    finalists: z.int().describe('Confirmed at most, and corrected for.'),
    repeats: z.int().describe('Runs of each test row that the budget allows for as many finalists.'),
    minimumDetectableEffect: z
      .number()
      .nullable()
      .describe('The smallest true gain that the verdict shows with a power of 80 %; null when none.'),
    rowsFor: z
      .array(z.object({ gain: z.number(), rows: z.int() }))
      .describe('Test rows that would show gains of these sizes.'),
  })
  .meta({ id: 'Advice' });

const jobCheckSchema = z
  .object({
    code: z.string(),
    title: z.string().describe('What is looked at.'),
    level: z
      .enum(['ok', 'warning', 'refused'])
      .describe('`refused`: submitted like this it is not taken, unless forced.'),
    findings: z.array(z.string()).describe('What is wrong, and what to do; empty when it is ok.'),
  })
  .meta({ id: 'JobCheck' });
export type JobCheckView = z.infer<typeof jobCheckSchema>;

export const dryRunViewSchema = z
  .object({
    resolved: jsonObjectSchema,
    resolvedSha256: z.string(),
    warnings: z.array(warningSchema),
    estimate: estimateSchema,
    advice: adviceSchema,
    checks: z
      .array(jobCheckSchema)
      .describe(
        'Everything that was looked at, so without checks of what the job does not have; with `force` also what would be refused.',
      ),
  })
  .meta({ id: 'DryRun' });
export type DryRunView = z.infer<typeof dryRunViewSchema>;

export const curvePointViewSchema = z
  .object({
    seq: z.int(),
    at: time,
    rollouts: z.int(),
    tokens: z.int(),
    usd: z.number(),
    candidateId: z.string(),
    best: z.string(),
    kind: z
      .enum(CURVE_POINT_KINDS)
      .describe(
        '`validation`: all validation rows. `screening`: the rows looked at so far, partly under an ancestor; never compare the two.',
      ),
    score: z.number().nullable(),
    interval: intervalSchema.nullable(),
    rows: z.int(),
    objectives: metricValuesSchema,
    intervals: z
      .record(z.string(), intervalSchema.nullable())
      .nullable()
      .describe('Of `objectives`; null in points that an earlier version wrote.'),
    /** How far the candidate breaks the hard constraints; 0 = feasible. */
    violation: z.number(),
    hypervolume: z
      .number()
      .nullable()
      .describe(
        'With several objectives: the volume that the feasible candidates so far dominate, counted from the limits, or from the baseline where there is none. Never falls within a `kind`.',
      ),
    front: z
      .array(z.string())
      .describe(
        'With several objectives: the candidates that no other one dominates at this point, best headline first.',
      ),
  })
  .meta({ id: 'CurvePoint' });
export type CurvePointView = z.infer<typeof curvePointViewSchema>;

export const candidateViewSchema = z
  .object({
    id: z.string(),
    seq: z.int(),
    prompt: promptContentSchema,
    components: z.record(z.string(), z.string()),
    parents: z.array(z.string()),
    operator: z.string(),
    reason: z.string(),
    promptTokens: z.int(),
    /** Rows whose results the reflection that wrote it was shown. */
    reflectedOn: z.array(z.string()),
    /** What became of it; null while nothing is decided. */
    fate: z.object({ fate: z.string(), reason: z.string() }).nullable(),
    scores: metricValuesSchema
      .nullable()
      .describe('Objective values that it is ranked by; `standing` says on which rows. Null when it is not ranked.'),
    standing: standingViewSchema.nullable(),
  })
  .meta({ id: 'Candidate' });
export type CandidateView = z.infer<typeof candidateViewSchema>;

export const candidateDetailSchema = candidateViewSchema
  .extend({
    evaluators: z.record(
      z.string(),
      z.object({
        mean: z.number().nullable(),
        passRate: z.number().nullable(),
        rows: z.int(),
        missing: z.int(),
        interval: intervalSchema.nullable(),
      }),
    ),
    cohorts: z.array(
      z.object({ cohort: z.string(), evaluator: z.string(), failRate: z.number().nullable(), rows: z.int() }),
    ),
    cohortTable: z
      .array(cohortSchema)
      .describe(
        'The same by every field that divides the rows, with intervals, on the train and validation rows that it was run on.',
      ),
  })
  .meta({ id: 'CandidateDetail' });
export type CandidateDetail = z.infer<typeof candidateDetailSchema>;

export const rolloutViewSchema = z
  .object({
    candidateId: z.string(),
    rowId: z.string(),
    repeat: z.int(),
    purpose: z.enum(ROLLOUT_PURPOSES),
    output: z.string(),
    steps: z.array(jsonObjectSchema),
    error: z.object({ category: z.string(), message: z.string() }).nullable(),
    values: metricValuesSchema,
    scores: z.record(
      z.string(),
      z.object({
        value: z.number().nullable(),
        pass: z.boolean(),
        feedback: z.string(),
        category: z.string().nullable(),
        details: jsonObjectSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'Rollout' });
export type RolloutView = z.infer<typeof rolloutViewSchema>;

export const bestViewSchema = z
  .object({
    candidateId: z.string(),
    prompt: promptContentSchema,
    /** On validation. */
    scores: metricValuesSchema,
    /** On the sealed test rows; null when nothing was confirmed. */
    test: z
      .object({
        rows: z.int(),
        baseline: metricValuesSchema,
        winner: metricValuesSchema,
        intervals: z.record(z.string(), intervalSchema.nullable()),
      })
      .nullable(),
    verdict: verdictViewSchema.nullable(),
    isBaseline: z.boolean(),
  })
  .meta({ id: 'Best' });
export type BestView = z.infer<typeof bestViewSchema>;

/** One server-sent event; `id` goes into the `id:` field and comes back as Last-Event-ID. */
export const jobEventViewSchema = z
  .object({ id: z.int(), type: z.string(), at: time, data: jsonObjectSchema })
  .meta({ id: 'JobEvent' });
export type JobEventView = z.infer<typeof jobEventViewSchema>;

export const scheduleRequestSchema = z
  .strictObject({
    name: z.string().min(1).max(100).describe('Unique in the project.'),
    cron: z.string().min(1).describe('Five fields: minute hour day-of-month month day-of-week.'),
    timezone: z.string().default('UTC').describe('IANA name, such as Europe/Berlin.'),
    job: z.unknown().describe('The body of POST /v1/jobs; references are resolved anew at each run.'),
    when: z
      .enum(['always', 'changed'])
      .default('always')
      .describe('`changed`: only when the resolved job differs from the last run.'),
    import: z.boolean().default(false).describe('Import a promoted winner as a draft version.'),
    enabled: z.boolean().default(true).describe('`false` keeps the schedule without running it.'),
  })
  .meta({ id: 'ScheduleRequest' });
export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>;

export const scheduleViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    job: jsonObjectSchema,
    when: z.enum(['always', 'changed']),
    import: z.boolean(),
    enabled: z.boolean(),
    lastJobId: z.string().nullable(),
    lastRunAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.infer<typeof scheduleViewSchema>;
