import { z } from 'zod';
import { budgetSchema } from '../domain/budget.ts';
import { gateSchema } from '../domain/gate.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import { judgeCardViewSchema } from '../domain/judge-card.ts';
import { evaluatorSpecSchema } from '../domain/suite.ts';
import { calibrationViewSchema } from '../domain/views/calibration-view.ts';
import { comparedRowSchema, comparisonViewSchema, evaluationViewSchema } from '../domain/views/evaluation-view.ts';
import {
  bestViewSchema,
  candidateDetailSchema,
  candidateViewSchema,
  curvePointViewSchema,
  jobViewSchema,
  rolloutViewSchema,
  scheduleViewSchema,
} from '../domain/views/job-view.ts';
import { datasetRowViewSchema, datasetVersionViewSchema } from '../domain/views/registry-view.ts';
import { replayViewSchema } from '../domain/views/replay-view.ts';
import {
  changeViewSchema,
  jobRowViewSchema,
  lineageViewSchema,
  refusalsViewSchema,
  refusalViewSchema,
  standingsViewSchema,
} from '../domain/views/search-view.ts';

/**
 * Answers are read leniently: members that this client does not know are left in or dropped, never refused, so that an older client
 * works with a newer service. Only what requests share with answers must be loosened for that.
 */

const messageSchema = z.looseObject({ role: z.string(), content: z.string() });
const promptExtras = {
  protected: z.array(z.string()).optional(),
  model: z.looseObject({ provider: z.string(), model: z.string() }).optional(),
};
const singleSchema = z.looseObject({
  ...promptExtras,
  messages: z.array(messageSchema),
  variables: z.array(z.string()).optional(),
  tools: z.array(jsonObjectSchema).optional(),
  outputSchema: jsonObjectSchema.optional(),
});
const stepSchema = z.looseObject({
  id: z.string(),
  prompt: singleSchema,
  ref: z.string().optional(),
  output: z.string().optional(),
  when: jsonObjectSchema.optional(),
});
const chainSchema = z.looseObject({ ...promptExtras, steps: z.array(stepSchema) });
/** A prompt as the service holds it: `messages`, or the `steps` of a chain. */
export const promptSchema = z.union([singleSchema, chainSchema]);
export type WirePrompt = z.infer<typeof promptSchema>;
export type WireSinglePrompt = z.infer<typeof singleSchema>;

/** The steps of a chain; null of a single prompt. */
export function stepsOf(prompt: WirePrompt): z.infer<typeof chainSchema>['steps'] | null {
  return chainSchema.safeParse(prompt).data?.steps ?? null;
}

/** The messages of a single prompt; empty of a chain. */
export function messagesOf(prompt: WirePrompt): z.infer<typeof singleSchema>['messages'] {
  return singleSchema.safeParse(prompt).data?.messages ?? [];
}

export const jobSchema = jobViewSchema.extend({ budget: z.looseObject(budgetSchema.shape) });
export const bestSchema = bestViewSchema.extend({ prompt: promptSchema });
export const candidateSchema = candidateViewSchema.extend({ prompt: promptSchema });
export const candidateWithScoresSchema = candidateDetailSchema.extend({ prompt: promptSchema });
export const evaluationSchema = evaluationViewSchema.extend({
  budget: z.looseObject(budgetSchema.shape),
  gates: z.array(z.looseObject(gateSchema.shape)),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
export const comparisonSchema = comparisonViewSchema;
export type Comparison = z.infer<typeof comparisonSchema>;
export const replaySchema = replayViewSchema;
export type Job = z.infer<typeof jobSchema>;
export type Replay = z.infer<typeof replaySchema>;
export type Best = z.infer<typeof bestSchema>;
export type Candidate = z.infer<typeof candidateSchema>;
export type CandidateWithScores = z.infer<typeof candidateWithScoresSchema>;

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().default(null) });
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Lists that do not page answer a bare page, too. */
export const jobPageSchema = pageOf(jobSchema);
export const evaluationPageSchema = pageOf(evaluationSchema);
export const comparedRowPageSchema = pageOf(comparedRowSchema);
export const curveSchema = pageOf(curvePointViewSchema);
export const candidatesSchema = pageOf(candidateSchema);
export const standingsSchema = standingsViewSchema;
export type Standings = z.infer<typeof standingsSchema>;
export const lineageSchema = lineageViewSchema;
export type Lineage = z.infer<typeof lineageSchema>;
const anyRefusal = { refusal: z.string() };
export const refusalsSchema = refusalsViewSchema.extend({
  items: z.array(refusalViewSchema.extend(anyRefusal)),
  reasons: z.array(refusalsViewSchema.shape.reasons.element.extend(anyRefusal)),
});
export type Refusals = z.infer<typeof refusalsSchema>;
export const changesSchema = pageOf(changeViewSchema);
export const jobRowSchema = jobRowViewSchema;
export const rolloutPageSchema = pageOf(rolloutViewSchema);
export const schedulePageSchema = pageOf(scheduleViewSchema);

const modelSchema = z.looseObject({ provider: z.string(), model: z.string() });
const { judges: judgesOfCard } = judgeCardViewSchema.shape;
export const judgeCardAnswerSchema = judgeCardViewSchema.extend({
  judges: z.array(judgesOfCard.element.extend({ config: modelSchema })),
});
export type JudgeCardAnswer = z.infer<typeof judgeCardAnswerSchema>;
export const judgeCardPageSchema = pageOf(judgeCardAnswerSchema);

export const calibrationSchema = calibrationViewSchema.extend({
  budget: z.looseObject(budgetSchema.shape),
  card: judgeCardAnswerSchema.nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;
export const calibrationPageSchema = pageOf(calibrationSchema);

/** A version of a prompt, dataset or suite: who it is; everything else as it comes. */
const versionSchema = z.looseObject({
  ref: z.string(),
  version: z.number(),
  sha256: z.string(),
});
export type Version = z.infer<typeof versionSchema>;

const { name, message, author, createdAt } = datasetVersionViewSchema.shape;
/** What people said of a version. */
const notes = { name, message, author, createdAt };

export const datasetVersionSchema = versionSchema.extend({
  ...notes,
  rowCount: z.number(),
  splits: z.record(z.string(), z.number()).optional(),
  splitRatio: datasetVersionViewSchema.shape.splitRatio,
  bytes: z.number(),
  warnings: z
    .array(z.looseObject({ code: z.string(), message: z.string(), rows: z.array(z.string()).optional() }))
    .default([]),
});
export const datasetRowSchema = datasetRowViewSchema;
export type DatasetRow = z.infer<typeof datasetRowSchema>;
export type DatasetVersion = z.infer<typeof datasetVersionSchema>;

export const promptVersionSchema = versionSchema.extend({
  ...notes,
  content: promptSchema,
  stage: z.string(),
  labels: z.array(z.string()),
  reason: z.string().nullable(),
  source: z.looseObject({ jobId: z.string(), candidateId: z.string() }).nullish(),
  parent: z.string().nullish(),
});
export type PromptVersion = z.infer<typeof promptVersionSchema>;

/** A prompt with its newest version. */
export const promptSummarySchema = z.looseObject({ name: z.string(), latest: promptVersionSchema });

const evaluatorSpec = z.looseObject(evaluatorSpecSchema.shape).extend({
  judge: modelSchema.optional(),
  panel: z.array(modelSchema).optional(),
});
export const suiteVersionSchema = versionSchema.extend({
  ...notes,
  content: z.looseObject({
    evaluators: z.array(evaluatorSpec),
    gates: z.array(z.looseObject(gateSchema.shape)).optional(),
  }),
});
export type SuiteVersion = z.infer<typeof suiteVersionSchema>;

/** An evaluator of a suite, its judges, and the newest card of them. */
export const judgeStandingSchema = z.object({
  evaluator: z.string(),
  judges: z.array(modelSchema),
  card: judgeCardAnswerSchema.omit({ warnings: true }).nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type JudgeStanding = z.infer<typeof judgeStandingSchema>;

export const evaluatorSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  description: z.string(),
  needs: z.array(z.string()),
  defaultThreshold: z.number(),
  grader: z.looseObject({ id: z.string(), version: z.number(), hash: z.string() }).nullable(),
  code: z.string().nullable(),
  options: jsonObjectSchema,
});
export type CatalogueEntry = z.infer<typeof evaluatorSchema>;
export const optimizerSchema = z.looseObject({ type: z.string(), title: z.string(), options: jsonObjectSchema });
export const reportSchema = jsonObjectSchema;
