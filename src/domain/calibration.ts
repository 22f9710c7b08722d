import { z } from 'zod';
import { budgetSchema } from './budget.ts';
import { rowSchema } from './dataset.ts';
import { messageSchema, modelConfigSchema } from './model.ts';
import { evaluatorSpecSchema } from './suite.ts';

/** What people say of an output: pass or fail, or how good it is. */
export const labelSchema = z
  .union([z.boolean(), z.number().min(0).max(1), z.enum(['pass', 'fail', 'yes', 'no', 'win', 'tie', 'loss'])])
  .describe('`true`, `pass`, `yes`, `win` and 1 are good, `tie` is 0.5, `false`, `fail`, `no`, `loss` and 0 bad.');
export type Label = z.infer<typeof labelSchema>;

const WORDS = { pass: 1, yes: 1, win: 1, tie: 0.5, fail: 0, no: 0, loss: 0 } as const;

export function labelValue(label: Label): number {
  return typeof label === 'string' ? WORDS[label] : Number(label);
}

const toolCallsSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      arguments: z.string().describe('JSON text, as the model wrote it.'),
    }),
  )
  .describe('The tools that the model asked to be called, in order; `[]` when it asked for none.');

/** What a stored run has besides its output, for evaluators that read it. */
export const storedRunSchema = z.strictObject({
  messages: z.array(messageSchema).min(1).optional().describe('The rendered prompt, for `prompt-adherence`.'),
  toolCalls: toolCallsSchema.optional().describe('For `tool-selection-accuracy`; default: those of `trace`.'),
  trace: z
    .array(
      z.strictObject({
        component: z.string().default('step').describe('Name of the step.'),
        output: z.string(),
        toolCalls: toolCallsSchema.default([]),
      }),
    )
    .min(1)
    .optional()
    .describe('The steps of the run, in order, for `trajectory-goal`.'),
});
export type StoredRun = z.infer<typeof storedRunSchema>;

const { id, input, expected, context, metadata } = rowSchema.shape;
export const labelledRowSchema = z
  .strictObject({
    id,
    input,
    output: z.string().describe('What is to be judged.'),
    label: labelSchema,
    ...storedRunSchema.shape,
    expected,
    context,
    metadata,
  })
  .meta({ id: 'LabelledRow' });

const { type, options, threshold, negate, panel, repeats } = evaluatorSpecSchema.shape;

export const calibrationRequestSchema = z
  .strictObject({
    evaluator: z
      .strictObject({ type, options, threshold, negate, panel, repeats })
      .describe('A model-graded evaluator as it stands in the suite; the card holds for suites that have just this.'),
    judge: modelConfigSchema.optional().describe('The judge model; not with a panel.'),
    dataset: z
      .union([z.string().min(1).max(200), z.strictObject({ rows: z.array(labelledRowSchema).min(1).max(5_000) })])
      .describe('Labelled rows, or a dataset whose metadata holds output and label.'),
    fields: z
      .strictObject({
        output: z.string().min(1).max(200).default('output').describe('Metadata field of the output.'),
        label: z.string().min(1).max(200).default('label').describe('Metadata field of the label.'),
        messages: z.string().min(1).max(200).default('messages').describe('Metadata field of the rendered prompt.'),
        toolCalls: z.string().min(1).max(200).default('toolCalls').describe('Metadata field of the calls to tools.'),
        trace: z.string().min(1).max(200).default('trace').describe('Metadata field of the steps.'),
      })
      .prefault({})
      .describe(
        'Where a dataset keeps output, label and what else the evaluator reads; rows without a label are left out.',
      ),
    repeats: z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe('How often each row is scored, to see whether the verdicts stay the same.'),
    budget: budgetSchema
      .pick({ tokens: true, usd: true, seconds: true })
      .prefault({})
      .describe(
        'What it may cost. A calibration that ends before its last verdict has no card; what was answered is kept, and the same request again goes on from there.',
      ),
    concurrency: z.int().min(1).max(64).default(16).describe('Calls in flight.'),
  })
  .meta({ id: 'CalibrationRequest' });
export type CalibrationRequest = z.infer<typeof calibrationRequestSchema>;
