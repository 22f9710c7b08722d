import { z } from 'zod';
import { budgetSchema } from '../domain/budget.ts';
import { gateSchema } from '../domain/gate.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import { judgeCardViewSchema } from '../domain/judge-card.ts';
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
const singleSchema = z.looseObject({ messages: z.array(messageSchema) });
const chainSchema = z.looseObject({ steps: z.array(z.looseObject({ id: z.string(), prompt: singleSchema })) });
/** A prompt as the service holds it: `messages`, or the `steps` of a chain. */
export const promptSchema = z.union([singleSchema, chainSchema]);
export type WirePrompt = z.infer<typeof promptSchema>;

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

const { judges: judgesOfCard } = judgeCardViewSchema.shape;
export const judgeCardAnswerSchema = judgeCardViewSchema.extend({
  judges: z.array(judgesOfCard.element.extend({ config: z.looseObject({ provider: z.string(), model: z.string() }) })),
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
export const versionSchema = z.looseObject({
  ref: z.string(),
  version: z.number(),
  sha256: z.string(),
});
export type Version = z.infer<typeof versionSchema>;

export const datasetVersionSchema = versionSchema.extend({
  rowCount: z.number(),
  splits: z.record(z.string(), z.number()).optional(),
  warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).default([]),
});
export const datasetRowSchema = z.looseObject({ id: z.string() });
export type DatasetVersion = z.infer<typeof datasetVersionSchema>;

export const promptVersionSchema = versionSchema.extend({
  source: z.looseObject({ jobId: z.string(), candidateId: z.string() }).nullish(),
  parent: z.string().nullish(),
});
export type PromptVersion = z.infer<typeof promptVersionSchema>;

/** A prompt with its newest version. */
export const promptSummarySchema = z.looseObject({ name: z.string(), latest: promptVersionSchema });

export const namedSchema = z.looseObject({ name: z.string() });
export const evaluatorSchema = z.looseObject({ type: z.string() });
export const optimizerSchema = z.looseObject({ type: z.string(), title: z.string(), options: jsonObjectSchema });
export const reportSchema = jsonObjectSchema;
