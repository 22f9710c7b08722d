import {
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { SPLITS, type SplitRatio } from '../../domain/dataset.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { PromptContent } from '../../domain/prompt.ts';
import type { Suite } from '../../domain/suite.ts';
import { exactJson, foreignText, instant } from './columns.ts';
import { projectId } from './projects.ts';

export const PROMPT_STAGES = ['draft', 'experiment', 'staging', 'production', 'archived'] as const;
export type PromptStage = (typeof PROMPT_STAGES)[number];

/** Where an imported version comes from. */
export interface VersionSource {
  readonly jobId: string;
  readonly candidateId: string;
}

/** Prompts, datasets and suites: what has a name in a project. What they are stands in their versions. */
const headTable = <Name extends string>(name: Name) =>
  pgTable(
    name,
    { projectId: projectId(), name: text().notNull(), createdAt: instant().notNull().defaultNow() },
    (t) => [primaryKey({ columns: [t.projectId, t.name] })],
  );

/** Key of a version, and of what it holds. */
const versionKey = () => ({ projectId: text().notNull(), name: text().notNull(), version: integer().notNull() });

export const prompts = headTable('prompts');

export const promptVersions = pgTable(
  'prompt_versions',
  {
    ...versionKey(),
    sha256: text().notNull(),
    content: exactJson<PromptContent>().notNull(),
    message: foreignText(),
    author: foreignText(),
    reason: foreignText(),
    /** Reference of the version that this one was made from. */
    parent: text(),
    labels: text().array().notNull().default([]),
    source: exactJson<VersionSource>(),
    stage: text({ enum: PROMPT_STAGES }).notNull().default('draft'),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.name, t.version] }),
    unique('prompt_versions_by_content').on(t.projectId, t.name, t.sha256),
    foreignKey({ columns: [t.projectId, t.name], foreignColumns: [prompts.projectId, prompts.name] }),
  ],
);

/** What an environment holds: `name@production`. */
export const promptEnvironments = pgTable(
  'prompt_environments',
  {
    projectId: text().notNull(),
    name: text().notNull(),
    environment: text().notNull(),
    version: integer().notNull(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.name, t.environment] }),
    foreignKey({
      columns: [t.projectId, t.name, t.version],
      foreignColumns: [promptVersions.projectId, promptVersions.name, promptVersions.version],
    }),
  ],
);

export const datasets = headTable('datasets');

/** A version is `staging` while its rows are uploaded: nothing resolves to it until it is `ready`. */
export const datasetVersions = pgTable(
  'dataset_versions',
  {
    ...versionKey(),
    status: text({ enum: ['staging', 'ready'] })
      .notNull()
      .default('staging'),
    /** Empty while staging. */
    sha256: text().notNull().default(''),
    rowCount: integer().notNull().default(0),
    /** Rows by split; excluded rows are in none. */
    splits: exactJson<Readonly<Record<string, number>>>(),
    /** Null when the rows came with splits of their own. */
    splitRatio: exactJson<SplitRatio>(),
    warnings: exactJson<readonly Json[]>(),
    bytes: bigint({ mode: 'number' }).notNull().default(0),
    message: foreignText(),
    author: foreignText(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.name, t.version] }),
    index('dataset_versions_by_content').on(t.projectId, t.name, t.sha256),
    foreignKey({ columns: [t.projectId, t.name], foreignColumns: [datasets.projectId, datasets.name] }),
  ],
);

/** Rows of a dataset version in upload order. No foreign key: it would cost a look-up for each of the 200,000 rows of an upload. */
export const datasetRows = pgTable(
  'dataset_rows',
  {
    ...versionKey(),
    /** From 0. */
    position: integer().notNull(),
    rowId: text().notNull(),
    /** Null for excluded rows, and while staging. */
    split: text({ enum: SPLITS }),
    input: exactJson<string | JsonObject>().notNull(),
    expected: exactJson<Json>(),
    context: exactJson<readonly string[]>().notNull(),
    cohort: text(),
    metadata: exactJson<JsonObject>().notNull(),
    /** Reason for which the row is kept but never used. */
    excluded: text(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.name, t.version, t.position] }),
    uniqueIndex('dataset_rows_by_id').on(t.projectId, t.name, t.version, t.rowId),
    index('dataset_rows_by_split').on(t.projectId, t.name, t.version, t.split, t.position),
  ],
);

export const suites = headTable('suites');

export const suiteVersions = pgTable(
  'suite_versions',
  {
    ...versionKey(),
    sha256: text().notNull(),
    content: exactJson<Suite>().notNull(),
    message: foreignText(),
    author: foreignText(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.name, t.version] }),
    unique('suite_versions_by_content').on(t.projectId, t.name, t.sha256),
    foreignKey({ columns: [t.projectId, t.name], foreignColumns: [suites.projectId, suites.name] }),
  ],
);
