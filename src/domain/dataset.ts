import { z } from 'zod';
import { type Json, jsonObjectSchema, jsonSchema } from './json.ts';
import type { PromptContent } from './prompt.ts';
import { requiredVariables } from './prompt.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

export const rowInputSchema = z.union([z.string(), jsonObjectSchema]);

/** One row as users give it. `id` defaults to `row-<number>`. */
export const rowSchema = z
  .strictObject({
    id: z.string().min(1).max(200).optional().describe('Unique in the dataset. Default: `row-<number>`.'),
    input: rowInputSchema.describe('Text for `{{input}}`, or an object whose fields fill placeholders of their names.'),
    expected: jsonSchema
      .optional()
      .describe('The right answer, for evaluators. It can never be rendered into a prompt.'),
    context: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('Documents for `{{context}}` and for evaluators that check against them.'),
    split: z.enum(SPLITS).optional().describe('Fixed split of the row. Default: by the ratio, stratified.'),
    cohort: z.string().optional().describe('Group under which results are shown apart.'),
    metadata: jsonObjectSchema.optional().describe('Further fields; those with few values become cohorts too.'),
    excluded: z
      .union([z.boolean(), z.string()])
      .optional()
      .describe('`true`, or the reason: the row is kept but never used.'),
  })
  .meta({ id: 'Row' });
export type RowInput = z.infer<typeof rowSchema>;

/** A stored row. `context` is always a list of documents. */
export interface Row {
  readonly id: string;
  readonly input: string | Readonly<Record<string, Json>>;
  readonly expected?: Json;
  readonly context: readonly string[];
  readonly cohort?: string;
  readonly metadata: Readonly<Record<string, Json>>;
}

export const splitRatioSchema = z
  .strictObject({
    train: z.number().min(0).max(1).describe('Share whose failures are reflected on.'),
    validation: z.number().min(0).max(1).describe('Share on which candidates are selected.'),
    test: z.number().min(0).max(1).describe('Share that stays sealed until the verdict.'),
  })
  .refine((s) => Math.abs(s.train + s.validation + s.test - 1) < 1e-6, 'train, validation and test must add up to 1')
  .meta({ id: 'SplitRatio' });
export type SplitRatio = z.infer<typeof splitRatioSchema>;
export const DEFAULT_SPLIT: SplitRatio = { train: 0.4, validation: 0.3, test: 0.3 };

/** Finds rows by id. Throws for one that is not among them: a programming error. */
export function rowLookup(rows: readonly Row[]): (id: string) => Row {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (id) => {
    const row = byId.get(id);
    if (!row) throw new Error(`there is no row "${id}" among those that are measured`);
    return row;
  };
}

/** Text as it is, anything else as JSON. */
export function asText(value: Json | Row['input']): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The variables a row offers to a prompt: `input` (the whole input as text), each field of an object input by name and dotted path,
 * and `context` (documents joined by blank lines). Never the expected answer.
 */
export function rowVariables(row: Row): Record<string, string> {
  const variables: Record<string, string> = { input: asText(row.input), context: row.context.join('\n\n') };
  const visit = (value: Json, path: string) => {
    variables[path] = asText(value);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) visit(member, `${path}.${key}`);
    }
  };
  if (typeof row.input !== 'string') for (const [key, value] of Object.entries(row.input)) visit(value, key);
  return variables;
}

/** Variables that the prompt needs and this row does not offer. */
export function missingVariables(prompt: PromptContent, row: Row): string[] {
  const offered = rowVariables(row);
  return requiredVariables(prompt).filter((name) => !Object.hasOwn(offered, name));
}
