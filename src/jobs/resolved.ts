import { z } from 'zod';
import { budgetSchema } from '../domain/budget.ts';
import { splitRatioSchema } from '../domain/dataset.ts';
import { jsonObjectSchema } from '../domain/json.ts';
import { modelConfigSchema } from '../domain/model.ts';
import { objectiveSchema } from '../domain/objective.ts';
import { promptContentSchema } from '../domain/prompt.ts';
import { suiteSchema } from '../domain/suite.ts';

/**
 * A job in which every reference has become an immutable version: from here on nothing outside can change its meaning. It is stored,
 * hashed, shown to users, and all that a worker needs besides the dataset rows.
 */
export const resolvedJobSchema = z.strictObject({
  name: z.string(),
  prompt: promptContentSchema,
  /** `name@N` when the prompt came from the registry. */
  promptRef: z.string().nullable(),
  promptSha256: z.string(),
  dataset: z.strictObject({
    ref: z.string(),
    sha256: z.string(),
    /** Rows in each split, excluded rows left out. */
    rows: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
  }),
  /** The ratio asked for by the job; null = the splits stored with the dataset version. */
  split: splitRatioSchema.nullable(),
  suite: suiteSchema,
  suiteRef: z.string().nullable(),
  suiteSha256: z.string(),
  /** Evaluator id → version (type, options, grader prompt, judge): scores of different versions are never compared. */
  evaluatorVersions: z.record(z.string(), z.string()),
  objectives: z.array(objectiveSchema).min(1),
  optimizer: z.strictObject({ type: z.string(), options: jsonObjectSchema }),
  models: z.strictObject({
    task: modelConfigSchema,
    reflection: modelConfigSchema,
    judge: modelConfigSchema.nullable(),
  }),
  budget: budgetSchema.required({ confirmationRollouts: true }),
  /** Validation rows of the A/A run; 0 = none. */
  aaRows: z.int().default(0),
  /** The winner is measured without each of its changes. */
  ablation: z.boolean().default(false),
  concurrency: z.int(),
  seed: z.int(),
  /** Answers of earlier jobs may be taken. */
  reuse: z.boolean().default(false),
});
export type ResolvedJob = z.infer<typeof resolvedJobSchema>;

/** Finalists that are confirmed on the sealed split beside the baseline. */
export const MAX_FINALISTS = 3;
