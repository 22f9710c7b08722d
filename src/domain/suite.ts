import { z } from 'zod';
import { gateSchema } from './gate.ts';
import { type Json, jsonObjectSchema } from './json.ts';
import { type ModelConfig, modelConfigSchema } from './model.ts';

export const evaluatorSpecSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,49}$/, 'must start with a letter; letters, digits, "_" and "-"')
      .describe('Name under which objectives refer to it.'),
    type: z.string().min(1).describe('Type of the catalogue, such as `exact-match`.'),
    options: jsonObjectSchema.optional().describe('Options of that evaluator.'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('`pass` is value ≥ threshold; default 1 (0.5 for model-graded and similarity evaluators).'),
    negate: z.boolean().optional().describe('Score 1 − value; a broken judge never passes, also not when negated.'),
    judge: modelConfigSchema.optional().describe("Judge model of this evaluator; default: the job's `models.judge`."),
    panel: z
      .array(modelConfigSchema)
      .min(2)
      .max(7)
      .optional()
      .describe('Several judge models in place of `judge`: the value is the median of their verdicts.'),
    repeats: z
      .int()
      .min(1)
      .max(9)
      .optional()
      .describe(
        'How often each judge is asked (default 1); the value is the median of all verdicts. Best an odd number.',
      ),
  })
  .refine((spec) => !(spec.judge && spec.panel), 'give either "judge" or "panel", not both')
  .meta({ id: 'EvaluatorSpec' });
export type EvaluatorSpec = z.infer<typeof evaluatorSpecSchema>;

/** The judges of an evaluator, if it is graded by models: its panel, its own judge, or the one that it is given. */
export function judgesOf(
  { judge, panel }: Pick<EvaluatorSpec, 'judge' | 'panel'>,
  fallback: ModelConfig | null | undefined,
): readonly ModelConfig[] {
  if (panel) return panel;
  const one = judge ?? fallback;
  return one ? [one] : [];
}

export const suiteSchema = z
  .strictObject({
    evaluators: z.array(evaluatorSpecSchema).min(1).max(50).describe('Ids must differ.'),
    gates: z
      .array(gateSchema)
      .max(50)
      .optional()
      .describe('What a candidate must keep to be promoted by an evaluation.'),
  })
  .refine((s) => new Set(s.evaluators.map((e) => e.id)).size === s.evaluators.length, 'evaluator ids must differ')
  .meta({ id: 'Suite' });
export type Suite = z.infer<typeof suiteSchema>;

export const ERROR_CATEGORIES = [
  'provider-error',
  'rate-limited',
  'timeout',
  'refusal',
  'content-filter',
  'truncated',
  'parse-error',
  'evaluator-error',
  'budget-stop',
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** Errors that are the candidate's own fault count against it; the others make the score missing. */
export const COUNTS_AGAINST_CANDIDATE: ReadonlySet<ErrorCategory> = new Set([
  'refusal',
  'content-filter',
  'truncated',
  'parse-error',
]);

/**
 * One evaluator's answer on one rollout. `value` is in [0, 1] and 1 is always good; `null` = not applicable or not measurable: left out
 * of means and counted as missing. `feedback` is written for the reflection model. `category` groups failures (free text, kebab-case,
 * or an ErrorCategory).
 */
export interface Score {
  readonly value: number | null;
  readonly pass: boolean;
  readonly feedback: string;
  readonly category: string | null;
  readonly details?: Readonly<Record<string, Json>>;
}
