import { z } from 'zod';
import { budgetSchema } from './budget.ts';
import { rowSchema, SPLITS, splitRatioSchema } from './dataset.ts';
import { gateSchema } from './gate.ts';
import { promptRequestSchema, referenceSchema } from './job.ts';
import { modelConfigSchema } from './model.ts';
import { suiteSchema } from './suite.ts';

const candidateName = z.string().min(1).max(100).optional().describe('For people. Default: the reference.');

/** A prompt to be evaluated. */
export const evaluationCandidateSchema = z
  .union([
    promptRequestSchema,
    z.strictObject({
      name: candidateName,
      job: z.string().min(1).max(100).describe('Id of a job.'),
      candidate: z.string().min(1).max(100).default('best').describe('A candidate of it; `best` is its answer.'),
    }),
    z.strictObject({
      name: candidateName,
      prompt: promptRequestSchema.describe('A reference, a prompt, or a chain of prompts.'),
      model: modelConfigSchema
        .optional()
        .describe(
          'The model of this candidate, such as the endpoint of a tuned one. Default: its own, else `models.task`.',
        ),
    }),
  ])
  .describe('A reference, a prompt, a candidate of a job, or a prompt with a model of its own.');
export type EvaluationCandidate = z.infer<typeof evaluationCandidateSchema>;

export const EVALUATION_SPLITS = [...SPLITS, 'all'] as const;
export type EvaluationSplit = (typeof EVALUATION_SPLITS)[number];

const datasetRequestSchema = z.union([
  referenceSchema,
  z.strictObject({ rows: z.array(rowSchema).min(1).max(100_000).describe('Inline rows.') }),
]);

/** The body of `POST /v1/evaluations`. */
export const evaluationRequestSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('For people. Default: the names of the candidates.'),
    candidates: z
      .array(evaluationCandidateSchema)
      .max(20)
      .default([])
      .describe('What is measured and judged. May be empty with `aa`.'),
    baseline: evaluationCandidateSchema
      .optional()
      .describe('What the candidates are compared with, row by row. Without it only thresholds can be judged.'),
    dataset: datasetRequestSchema.describe('A reference, or the rows themselves.'),
    split: z
      .enum(EVALUATION_SPLITS)
      .default('validation')
      .describe('The rows that are measured. `test` and `all` read the sealed rows, which is counted.'),
    ratio: splitRatioSchema
      .optional()
      .describe(
        'Splits the rows anew, as the `split` of a job does. Default: the splits stored with the dataset version.',
      ),
    suite: z.union([referenceSchema, suiteSchema]).describe('A reference, or the evaluators and gates themselves.'),
    headline: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The metric in which a candidate must be better than the baseline, unless a gate asks something else of it. Default: the first evaluator.',
      ),
    gates: z.array(gateSchema).max(50).default([]).describe('Rules beside those of the suite.'),
    models: z.strictObject({
      task: modelConfigSchema.describe('The model of prompts that bring none.'),
      judge: modelConfigSchema.optional().describe('Needed when the suite has model-graded evaluators.'),
    }),
    repeats: z.int().min(1).max(10).default(1).describe('Runs of each row; a row counts with their mean.'),
    aa: z
      .boolean()
      .default(false)
      .describe(
        'Measure the baseline twice, against itself: noise floor, smallest effect that these rows can show, and what the gates say of a prompt that changed nothing.',
      ),
    ood: z
      .strictObject({
        dataset: datasetRequestSchema.describe(
          'Rows that are unlike those of the dataset, such as a public benchmark.',
        ),
        split: z.enum(EVALUATION_SPLITS).default('all').describe('Its rows that are measured.'),
        margin: z.number().min(0).max(1).describe('The headline may be worse than the baseline there by at most this.'),
      })
      .optional()
      .describe('A slice of other rows on which nothing may be lost.'),
    budget: z
      .strictObject({
        rollouts: budgetSchema.shape.rollouts.describe('Most rollouts. Default: just what the rows need.'),
        tokens: budgetSchema.shape.tokens,
        usd: budgetSchema.shape.usd,
        seconds: budgetSchema.shape.seconds,
      })
      .default({})
      .describe('Hard limits. What they do not pay for is missing, and too much missing decides nothing.'),
    concurrency: z.int().min(1).max(512).default(16).describe('Model calls in flight.'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0)
      .describe('Of resampling: the same answers and the same seed give the same figures.'),
    reuse: z
      .boolean()
      .default(true)
      .describe(
        'Takes the answers that earlier jobs and evaluations of the project have to the same calls, instead of paying again. With `aa` everything is asked anew.',
      ),
    strict: z.boolean().default(false).describe('Refuse the evaluation when it has warnings.'),
  })
  .meta({ id: 'EvaluationRequest' });
export type EvaluationRequest = z.infer<typeof evaluationRequestSchema>;
