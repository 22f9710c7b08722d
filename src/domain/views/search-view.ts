import { z } from 'zod';
import { REFUSALS } from '../candidate.ts';
import { SPLITS } from '../dataset.ts';
import { jsonObjectSchema, jsonSchema } from '../json.ts';
import { CURVE_POINT_KINDS } from '../record.ts';

/** Wire shapes of a search as a whole: many candidates at once, without their texts. */
const metricValuesSchema = z.record(z.string(), z.number().nullable());
const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() });
const fateSchema = z.object({ fate: z.string(), reason: z.string() });

/** By name, the most frequent first. */
const countsSchema = z.array(z.object({ name: z.string(), count: z.int() }));

export const standingViewSchema = z
  .object({
    kind: z
      .enum(CURVE_POINT_KINDS)
      .describe(
        '`validation`: all validation rows. `screening`: the rows looked at so far, partly under an ancestor; never compare the two.',
      ),
    score: z.number().nullable().describe('The headline objective.'),
    interval: intervalSchema.nullable().describe('Of `score`.'),
    rows: z.int().nullable().describe('That the score stands on; null when that was not kept.'),
    objectives: metricValuesSchema,
    violation: z.number().describe('How far it breaks the hard constraints; 0 = feasible.'),
  })
  .meta({ id: 'CandidateStanding' });
export type StandingView = z.infer<typeof standingViewSchema>;

export const candidateSummarySchema = z
  .object({
    id: z.string(),
    seq: z.int(),
    parents: z.array(z.string()),
    operator: z.string(),
    promptTokens: z.int(),
    fate: fateSchema.nullable().describe('What became of it; null while nothing is decided.'),
    isBest: z.boolean(),
    standing: standingViewSchema
      .nullable()
      .describe('What it is ranked by; null when the search has not ranked it, as most that it drops early.'),
    measured: z
      .object({
        rows: z.int().describe('Train and validation rows that it was run on.'),
        mean: z
          .number()
          .nullable()
          .describe(
            "Mean of the headline's evaluator on them. The rows differ from candidate to candidate: not for comparing. Null when the headline is no evaluator's.",
          ),
      })
      .describe('What was looked at, ranked or not.'),
  })
  .meta({ id: 'CandidateSummary' });
export type CandidateSummary = z.infer<typeof candidateSummarySchema>;

export const standingsViewSchema = z
  .object({
    items: z.array(candidateSummarySchema),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for the next page; null on the last one.'),
    total: z.int().describe('Candidates that the filters let through.'),
    all: z.int().describe('Candidates of the job.'),
    fates: countsSchema.describe('Over all candidates; `undecided` are those without a fate.'),
    operators: countsSchema.describe('Over all candidates.'),
  })
  .meta({ id: 'Standings' });
export type StandingsView = z.infer<typeof standingsViewSchema>;

const lineageNodeSchema = candidateSummarySchema
  .omit({ measured: true })
  .extend({
    onPath: z.boolean().describe('The best candidate or one of its ancestors.'),
    children: z.int().describe('Candidates whose first parent it is.'),
    descendants: z.int().describe('Children, their children, …'),
    fates: countsSchema.describe('Of the descendants that are not on the path, nor come from one that is.'),
    refused: z.int().describe('Proposals from it that were refused before they cost a rollout.'),
  })
  .meta({ id: 'LineageNode' });

export const lineageViewSchema = z
  .object({
    items: z.array(lineageNodeSchema),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for the next page; null on the last one.'),
    bestId: z.string(),
    candidates: z.int(),
    refusals: z.int(),
  })
  .meta({ id: 'Lineage' });
export type LineageView = z.infer<typeof lineageViewSchema>;

export const refusalViewSchema = z
  .object({
    seq: z.int(),
    operator: z.string(),
    parents: z.array(z.string()),
    refusal: z.enum(REFUSALS),
    detail: z.string(),
  })
  .meta({ id: 'Refusal' });

export const refusalsViewSchema = z
  .object({
    items: z.array(refusalViewSchema),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for the next page; null on the last one.'),
    reasons: z
      .array(z.object({ refusal: z.enum(REFUSALS), count: z.int(), example: z.string() }))
      .describe('Over all refused proposals, the most frequent first; `example` is the detail of the first one.'),
  })
  .meta({ id: 'Refusals' });
export type RefusalsView = z.infer<typeof refusalsViewSchema>;

export const changeViewSchema = z
  .object({
    component: z.string(),
    at: z.int().describe("Characters of the baseline's text before it."),
    removed: z.string(),
    added: z.string(),
    originId: z.string().describe('The candidate that introduced it.'),
    operator: z.string(),
    reason: z.string().describe('The critique or diagnosis behind it.'),
    reflectedOn: z.array(z.string()).describe('Rows that the reflection was shown.'),
    fate: z.string().nullable().describe('Of the candidate that introduced it.'),
    fateReason: z.string().nullable(),
    need: z
      .object({
        rows: z.int().describe('Measured with and without it.'),
        needing: z.array(z.string()).describe('Rows that are worse without it.'),
        betterWithout: z.array(z.string()),
      })
      .nullable()
      .describe('What the prompt is worth without it; null when that was not asked.'),
  })
  .meta({ id: 'CandidateChange' });
export type ChangeView = z.infer<typeof changeViewSchema>;

export const jobRowViewSchema = z
  .object({
    id: z.string(),
    split: z.enum(SPLITS).describe('In this job.'),
    input: z.union([z.string(), jsonObjectSchema]),
    expected: jsonSchema.optional(),
    context: z.array(z.string()),
    cohort: z.string().nullable(),
    metadata: jsonObjectSchema,
  })
  .meta({ id: 'JobRow' });
export type JobRowView = z.infer<typeof jobRowViewSchema>;
