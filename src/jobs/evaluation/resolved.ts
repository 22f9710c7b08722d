import { z } from 'zod';
import { splitRatioSchema } from '../../domain/dataset.ts';
import { EVALUATION_SPLITS, evaluationRequestSchema } from '../../domain/evaluation.ts';
import { gateSchema } from '../../domain/gate.ts';
import { modelConfigSchema } from '../../domain/model.ts';
import { promptContentSchema } from '../../domain/prompt.ts';
import { suiteSchema } from '../../domain/suite.ts';

const resolvedPromptSchema = z.strictObject({
  /** `c0` is the baseline, `c1` the first candidate. */
  id: z.string(),
  name: z.string(),
  /** `name@N` when it came from the registry. */
  ref: z.string().nullable(),
  sha256: z.string(),
  /** When it is a candidate of a job. */
  source: z.strictObject({ jobId: z.string(), candidateId: z.string() }).nullable(),
  /** With its own model where it has one. */
  prompt: promptContentSchema,
});
export type ResolvedPrompt = z.infer<typeof resolvedPromptSchema>;

const measuredSchema = z.strictObject({
  ref: z.string(),
  sha256: z.string(),
  split: z.enum(EVALUATION_SPLITS),
  /** Rows that are measured. */
  rows: z.int(),
});

/** An evaluation in which every reference has become an immutable version: all that a worker needs besides the rows. */
export const resolvedEvaluationSchema = z.strictObject({
  name: z.string(),
  /** The baseline first, when there is one. */
  prompts: z.array(resolvedPromptSchema).min(1),
  hasBaseline: z.boolean(),
  dataset: measuredSchema,
  ratio: splitRatioSchema.nullable(),
  ood: measuredSchema.extend({ margin: z.number() }).nullable(),
  suite: suiteSchema,
  suiteRef: z.string().nullable(),
  suiteSha256: z.string(),
  evaluatorVersions: z.record(z.string(), z.string()),
  headline: z.string(),
  /** Of the request; those of the suite are in it. */
  gates: z.array(gateSchema),
  models: z.strictObject({ task: modelConfigSchema, judge: modelConfigSchema.nullable() }),
  budget: evaluationRequestSchema.shape.budget.unwrap().required({ rollouts: true }),
  repeats: z.int(),
  aa: z.boolean(),
  concurrency: z.int(),
  seed: z.int(),
  reuse: z.boolean(),
});
export type ResolvedEvaluation = z.infer<typeof resolvedEvaluationSchema>;

export const BASELINE = 'c0';

/** Runs of each row of a prompt: the A/A run needs a second one of the baseline. */
export const runsOf = ({ repeats, aa }: Pick<ResolvedEvaluation, 'repeats' | 'aa'>, promptId: string): number =>
  aa && promptId === BASELINE ? Math.max(2, repeats) : repeats;
