import { z } from 'zod';
import { rowInputSchema, SPLITS, splitRatioSchema } from '../dataset.ts';
import { jsonObjectSchema, jsonSchema } from '../json.ts';
import { messageSchema } from '../model.ts';
import { promptContentSchema } from '../prompt.ts';
import { suiteSchema } from '../suite.ts';

/** Wire shapes of prompts, datasets and suites. */
const time = z.iso.datetime();

const named = {
  ref: z.string().describe('`name@version`'),
  name: z.string(),
  version: z.int(),
  sha256: z.string().describe('Content address.'),
};
const versionName = z.object({ ref: named.ref, sha256: named.sha256 });

export const promptVersionViewSchema = z
  .object({
    ...named,
    content: promptContentSchema,
    stage: z.string(),
    labels: z.array(z.string()),
    message: z.string().nullable(),
    author: z.string().nullable(),
    reason: z.string().nullable(),
    parent: z.string().nullable(),
    source: z
      .object({ jobId: z.string(), candidateId: z.string() })
      .nullable()
      .describe('The job and candidate that it was imported from.'),
    createdAt: time,
  })
  .meta({ id: 'PromptVersion' });
export type PromptVersionView = z.infer<typeof promptVersionViewSchema>;

export const promptViewSchema = z
  .object({
    name: z.string(),
    latest: promptVersionViewSchema,
    environments: z.record(z.string(), z.int()).describe('Version by environment.'),
  })
  .meta({ id: 'Prompt' });
export type PromptView = z.infer<typeof promptViewSchema>;

export const resolvedPromptViewSchema = z
  .object({ ...named, environment: z.string(), content: promptContentSchema })
  .meta({ id: 'ResolvedPrompt' });

const change = z.enum(['added', 'removed', 'changed']);

export const promptDiffViewSchema = z
  .object({
    from: versionName,
    to: versionName,
    identical: z.boolean(),
    texts: z.array(
      z.object({
        path: z.string(),
        change,
        hunks: z.array(
          z.object({
            oldStart: z.int(),
            oldLines: z.int(),
            newStart: z.int(),
            newLines: z.int(),
            lines: z.array(z.string()),
          }),
        ),
        words: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
      }),
    ),
    settings: z.array(z.object({ path: z.string(), from: jsonSchema.optional(), to: jsonSchema.optional() })),
  })
  .meta({ id: 'PromptDiff' });
export type PromptDiffView = z.infer<typeof promptDiffViewSchema>;

export const compiledViewSchema = z
  .union([
    versionName.extend({ messages: z.array(messageSchema) }),
    versionName.extend({ steps: z.array(z.object({ id: z.string(), messages: z.array(messageSchema) })) }),
  ])
  .meta({ id: 'CompiledPrompt' });

export const datasetVersionViewSchema = z
  .object({
    ...named,
    rowCount: z.int().describe('All rows, excluded ones too.'),
    splits: z
      .object({ train: z.int(), validation: z.int(), test: z.int() })
      .describe('Rows by split; excluded rows are in none.'),
    splitRatio: splitRatioSchema.nullable().describe('Null when the rows came with splits of their own.'),
    warnings: z.array(z.object({ code: z.string(), message: z.string(), rows: z.array(z.string()).optional() })),
    bytes: z.number(),
    message: z.string().nullable(),
    author: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'DatasetVersion' });
export type DatasetVersionView = z.infer<typeof datasetVersionViewSchema>;

export const datasetRowViewSchema = z
  .object({
    id: z.string(),
    input: rowInputSchema,
    expected: jsonSchema.optional(),
    context: z.array(z.string()),
    cohort: z.string().optional(),
    metadata: jsonObjectSchema,
    split: z.enum(SPLITS).nullable(),
    excluded: z.string().optional(),
  })
  .meta({ id: 'DatasetRow' });
export type DatasetRowView = z.infer<typeof datasetRowViewSchema>;

export const datasetCohortViewSchema = z
  .object({
    cohort: z.string().nullable().describe('Null: the rows without one.'),
    rows: z.int().describe('Excluded ones too.'),
    train: z.int(),
    validation: z.int(),
    test: z.int(),
    excluded: z.int(),
  })
  .meta({ id: 'DatasetCohort' });
export type DatasetCohortView = z.infer<typeof datasetCohortViewSchema>;

export const datasetDiffViewSchema = z
  .object({
    from: versionName,
    to: versionName,
    counts: z.object({ added: z.int(), removed: z.int(), changed: z.int(), unchanged: z.int() }),
    items: z.array(
      z.object({
        id: z.string(),
        change,
        fields: z.array(z.string()),
        before: datasetRowViewSchema.nullable(),
        after: datasetRowViewSchema.nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'DatasetDiff' });
export type DatasetDiffView = z.infer<typeof datasetDiffViewSchema>;

export const suiteVersionViewSchema = z
  .object({
    ...named,
    content: suiteSchema,
    message: z.string().nullable(),
    author: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'SuiteVersion' });
export type SuiteVersionView = z.infer<typeof suiteVersionViewSchema>;
