import { z } from 'zod';
import { budgetSchema } from './budget.ts';
import { rowSchema, splitRatioSchema } from './dataset.ts';
import { jsonObjectSchema } from './json.ts';
import { modelConfigSchema } from './model.ts';
import { objectiveSchema } from './objective.ts';
import { chainStepSchema, promptContentSchema, singlePromptSchema } from './prompt.ts';
import { suiteSchema } from './suite.ts';

/** `name@3`, `name@latest`, `name@production`. */
export const referenceSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}@([1-9][0-9]*|latest|[a-z][a-z0-9-]*)$/,
    'must be "name@version", "name@latest" or "name@environment"',
  )
  .meta({ id: 'Reference' });

const optimizerStageSchema = z
  .strictObject({
    type: z.string().min(1).describe('Name of the optimizer, such as `gepa` or `protegi`.'),
    options: jsonObjectSchema.default({}).describe('Options of that optimizer.'),
  })
  .meta({ id: 'OptimizerStage' });

/** In a request, a chain step may name a registered prompt instead of holding one. */
export const promptRequestSchema = z.union([
  referenceSchema,
  promptContentSchema,
  z.strictObject({
    steps: z
      .array(
        z.strictObject({
          ...chainStepSchema.shape,
          prompt: z
            .union([referenceSchema, singlePromptSchema])
            .describe('The prompt of the step; a reference must name a single prompt.'),
        }),
      )
      .min(1)
      .max(20)
      .describe('A chain of which some steps are references.'),
  }),
]);
export type PromptRequest = z.infer<typeof promptRequestSchema>;

/** The body of `POST /v1/jobs`. */
export const jobRequestSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('For people. Default: the prompt reference.'),
    prompt: promptRequestSchema.describe('The baseline: a reference, a prompt, or a chain of prompts.'),
    dataset: z
      .union([
        referenceSchema,
        z.strictObject({ rows: z.array(rowSchema).min(1).max(100_000).describe('Inline rows.') }),
      ])
      .describe('A reference, or the rows themselves.'),
    split: splitRatioSchema
      .optional()
      .describe('Default: the splits stored with the dataset version; for inline rows 0.4 / 0.3 / 0.3.'),
    suite: z.union([referenceSchema, suiteSchema]).describe('A reference, or the evaluators themselves.'),
    objectives: z
      .array(objectiveSchema)
      .min(1)
      .max(20)
      .optional()
      .describe('What is optimized and what is forbidden. Default: maximize the first evaluator.'),
    optimizer: optimizerStageSchema
      .default({ type: 'gepa', options: {} })
      .describe('The search strategy and its options.'),
    models: z.strictObject({
      task: modelConfigSchema.describe('The model that the prompt is for.'),
      reflection: modelConfigSchema.optional().describe('Writes critiques and proposals. Default: the task model.'),
      judge: modelConfigSchema.optional().describe('Needed when the suite has model-graded evaluators.'),
    }),
    budget: budgetSchema.describe('Hard limits; at least one of rollouts, tokens, usd and seconds.'),
    aaRun: z
      .union([z.boolean(), z.int().min(1)])
      .optional()
      .describe(
        'Measure the baseline twice on up to 20 validation rows (or on this many) before the search spends anything: noise floor and minimum detectable effect. Paid by `budget.confirmationRollouts`. Default: when it costs at most 5 % of all rollouts.',
      ),
    ablation: z
      .boolean()
      .default(true)
      .describe(
        'At the end, measure the winner without each of its changes on open rows, so that the report can say which of them some row needs. Paid by what the search has left of `budget.rollouts`, at most 10 % of it.',
      ),
    concurrency: z.int().min(1).max(512).default(16).describe('Model calls in flight.'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0)
      .describe('The same seed and the same answers give the same search.'),
    force: z
      .boolean()
      .default(false)
      .describe('Run a job that would be refused because its budget or its rows cannot lead to a result.'),
    reuse: z
      .boolean()
      .default(true)
      .describe(
        'Takes the answers that earlier jobs of the project have to the same task and judge calls, instead of paying again.',
      ),
    strict: z.boolean().default(false).describe('Refuse the job when it has warnings.'),
  })
  .meta({ id: 'JobRequest' });
export type JobRequest = z.infer<typeof jobRequestSchema>;

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Why a job ended, in the same words everywhere. */
export const STOP_REASONS = [
  'budget',
  'target-reached',
  'no-improvement',
  'nothing-left-to-learn',
  'search-complete',
  'complete',
  'cancelled',
  'error-cap',
  'error',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];
