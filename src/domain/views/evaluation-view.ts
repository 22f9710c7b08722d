import { z } from 'zod';
import { budgetSchema } from '../budget.ts';
import { EVALUATION_SPLITS } from '../evaluation.ts';
import { gateSchema } from '../gate.ts';
import { JOB_STATUSES, STOP_REASONS } from '../job.ts';
import { jsonObjectSchema, jsonSchema } from '../json.ts';
import { noiseFloorSchema } from '../noise.ts';
import { cohortSchema } from './cohort-view.ts';
import { spentSchema } from './job-view.ts';

/** What evaluations find, and their wire shapes. */
const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() });
const time = z.iso.datetime();

const DECISIONS = ['promote', 'do_not_promote', 'inconclusive'] as const;

const metricSummarySchema = z.object({
  value: z.number().nullable(),
  interval: intervalSchema.nullable(),
  rows: z.int().describe('That the value stands on.'),
  missing: z.int().describe('Rows of the question without a value: left out, never counted as 0.'),
  coverage: z.number().describe('Share of the rows that have a value.'),
});
export type EvaluatedMetric = z.infer<typeof metricSummarySchema>;

const rate = z.number().nullable();

const confusionSchema = z
  .object({
    evaluator: z.string().describe('Whose missing scores leave a row out.'),
    labels: z.array(z.string()).describe('Of the rows: what they expect, by name.'),
    counts: z
      .array(z.array(z.number()))
      .describe(
        '`counts[expected][answered]`, repeats of a row sharing its weight; the last column has other answers and none.',
      ),
    perLabel: z.array(z.object({ label: z.string(), rows: z.int(), precision: rate, recall: rate, f1: rate })),
    accuracy: rate,
    macroF1: rate,
    microF1: rate,
    rows: z.int(),
    missing: z.int(),
  })
  .meta({ id: 'ConfusionMatrix' });

const comparedMetricSchema = z.object({
  metric: z.string(),
  baseline: z.number().nullable(),
  candidate: z.number().nullable(),
  difference: z
    .number()
    .nullable()
    .describe('Positive where the candidate is better, whichever way the metric points.'),
  interval: intervalSchema.nullable().describe('Of the difference.'),
  pValue: z.number().nullable().describe('Two-sided, corrected for the number of candidates (Holm).'),
  rows: z.int(),
  wins: z.int(),
  losses: z.int(),
  ties: z.int(),
  missing: z.int(),
});
export type ComparedMetric = z.infer<typeof comparedMetricSchema>;

export const gateRuleSchema = z
  .object({
    rule: z.enum(['better', 'not-worse', 'min', 'max', 'coverage']),
    source: z.enum(['headline', 'suite', 'request', 'ood']).describe('Who asks for it.'),
    metric: z.string(),
    cohort: z.object({ field: z.string(), value: z.string() }).nullable(),
    slice: z.enum(['dataset', 'ood']),
    outcome: z.enum(['pass', 'fail', 'inconclusive']),
    observed: z.number().nullable().describe("The candidate's value; the share of rows that have one for `coverage`."),
    baseline: z.number().nullable(),
    difference: z.number().nullable().describe('From the baseline, positive = better; null for the other rules.'),
    interval: intervalSchema.nullable().describe('Of the difference for `better` and `not-worse`, else of `observed`.'),
    bound: z.number().describe('What `observed` is held against; the margin for `not-worse`, 0 for `better`.'),
    pValue: z
      .number()
      .nullable()
      .describe(
        'Corrected (Holm): for `better` over the candidates, for `not-worse`, where it is that of a loss beyond the margin, over all such rules.',
      ),
    rows: z.int(),
    missing: z.int(),
    underPowered: z.boolean().describe('These rows are too few to show that the rule holds, or that it does not.'),
    rowsNeeded: z.int().nullable().describe('Rows of this metric and cohort that would, when that can be said.'),
    text: z.string().describe('The rule and what was found, for people.'),
  })
  .meta({ id: 'GateRule' });
export type GateRuleResult = z.infer<typeof gateRuleSchema>;

const decisionSchema = z
  .object({
    decision: z.enum(DECISIONS),
    reason: z.string().describe('One sentence.'),
    rules: z.array(gateRuleSchema),
  })
  .meta({ id: 'GateDecision' });
export type GateDecision = z.infer<typeof decisionSchema>;

const evaluatedSchema = z.object({
  metrics: z.record(z.string(), metricSummarySchema).describe('By metric name.'),
  cohorts: z.array(cohortSchema).describe('Eval-fail-rate by cohort and evaluator.'),
  confusion: confusionSchema
    .nullish()
    .describe('Expected labels against answers, where the rows expect 2 to 20 labels.'),
  comparison: z
    .object({ metrics: z.array(comparedMetricSchema) })
    .nullable()
    .describe('Paired with the baseline on the same rows; null without one.'),
  decision: decisionSchema.nullable().describe('Null for the baseline, and where nothing was asked of the candidate.'),
});
export type EvaluatedCandidate = z.infer<typeof evaluatedSchema>;

export const evaluationResultSchema = z.object({
  decision: z.enum(DECISIONS).nullable(),
  candidates: z.record(z.string(), evaluatedSchema),
  aa: z
    .object({ noise: noiseFloorSchema.nullable(), decision: decisionSchema })
    .nullable()
    .describe('The baseline against itself.'),
});
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;

const measuredRowsSchema = z.object({
  ref: z.string(),
  sha256: z.string(),
  split: z.enum(EVALUATION_SPLITS),
  rows: z.int(),
});

export const evaluationViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(JOB_STATUSES),
    stopReason: z.enum(STOP_REASONS).nullable(),
    error: z.string().nullable(),
    progress: z.object({ fraction: z.number(), rollouts: z.int() }),
    spent: spentSchema,
    budget: budgetSchema,
    dataset: measuredRowsSchema,
    ood: measuredRowsSchema.extend({ margin: z.number() }).nullable(),
    suite: z.object({
      ref: z.string().nullable(),
      sha256: z.string(),
      evaluatorVersions: z
        .record(z.string(), z.string())
        .describe('By evaluator: scores of different versions are never compared.'),
    }),
    headline: z.string(),
    gates: z.array(gateSchema).describe('Of the suite and of the request.'),
    baseline: z.string().nullable().describe('Id of the baseline among the candidates.'),
    candidates: z.array(
      evaluatedSchema.partial().extend({
        id: z.string(),
        name: z.string(),
        ref: z.string().nullable(),
        sha256: z.string(),
        source: z.object({ jobId: z.string(), candidateId: z.string() }).nullable(),
        isBaseline: z.boolean(),
      }),
    ),
    aa: evaluationResultSchema.shape.aa,
    decision: z
      .enum(DECISIONS)
      .nullable()
      .describe(
        '`promote` when any candidate is to be promoted, else the best that is said of one; null before the end.',
      ),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe('Of the submit, and about its judges what is known by now.'),
    resolved: jsonObjectSchema,
    resolvedSha256: z.string(),
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: 'Evaluation' });
export type EvaluationView = z.infer<typeof evaluationViewSchema>;

export const ROW_OUTCOMES = ['won', 'lost', 'tied', 'missing'] as const;

export const comparedRowSchema = z
  .object({
    rowId: z.string(),
    outcome: z.enum(ROW_OUTCOMES),
    a: z.number().nullable(),
    b: z.number().nullable(),
    difference: z.number().nullable().describe('Positive where b is better.'),
    cohort: z.string().nullable(),
    input: z.union([z.string(), jsonObjectSchema]),
    expected: jsonSchema.optional(),
    outputs: z.object({ a: z.string().nullable(), b: z.string().nullable() }).describe('Of the first run.'),
    categories: z
      .object({ a: z.string().nullable(), b: z.string().nullable() })
      .describe('What went wrong in the first run: the error, or what the evaluator of the metric calls it.'),
  })
  .meta({ id: 'ComparedRow' });

const subjectSchema = z.object({
  subject: z.string().describe('`<evaluation or job>/<candidate>`.'),
  dataset: z.string(),
  runs: z.int().describe('Most runs of a row.'),
});

const comparedCohortSchema = z
  .object({
    field: z.string().describe('`cohort`, a metadata key, or one of `inputLength`, `language` and `label`.'),
    value: z.string().nullable().describe('Null: the rows without a value.'),
    rows: z.int(),
    a: z.number().nullable().describe('Mean of its rows that both have measured.'),
    b: z.number().nullable(),
    contribution: z
      .number()
      .describe('Its share of the mean difference of all rows: positive where b is better there.'),
    won: z.int(),
    lost: z.int(),
    tied: z.int(),
    missing: z.int(),
  })
  .meta({ id: 'ComparedCohort' });
export type ComparedCohort = z.infer<typeof comparedCohortSchema>;

export const comparisonViewSchema = z
  .object({
    a: subjectSchema,
    b: subjectSchema,
    metric: z.string().describe('What the rows are compared in.'),
    metrics: z.array(comparedMetricSchema).describe('`baseline` is a, `candidate` is b.'),
    rows: z.object({
      items: z.array(comparedRowSchema),
      nextCursor: z.string().nullable(),
      total: z.int().describe('Rows that the filters let through.'),
    }),
    outcomes: z
      .object({ won: z.int(), lost: z.int(), tied: z.int(), missing: z.int() })
      .describe('Of the rows that the filters other than `outcome` let through.'),
    cohorts: z
      .array(comparedCohortSchema)
      .describe(
        'By every field that divides the rows. With the rows without a value, the contributions of a field add up to the mean difference of the rows.',
      ),
    categories: z
      .array(z.object({ name: z.string(), a: z.int(), b: z.int() }))
      .describe('Rows of each side by what went wrong, the most frequent first.'),
  })
  .meta({ id: 'Comparison' });
export type ComparisonView = z.infer<typeof comparisonViewSchema>;
export type ComparedRow = z.infer<typeof comparedRowSchema>;
