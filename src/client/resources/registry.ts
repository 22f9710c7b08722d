import type { Split } from '../../domain/dataset.ts';
import { datasetCohortViewSchema, datasetDiffViewSchema } from '../../domain/views/registry-view.ts';
import { path, type Transport } from '../transport.ts';
import {
  type DatasetVersion,
  datasetRowSchema,
  datasetVersionSchema,
  evaluatorSchema,
  judgeStandingSchema,
  type PromptVersion,
  pageOf,
  promptSummarySchema,
  promptVersionSchema,
  type SuiteVersion,
  suiteVersionSchema,
} from '../wire.ts';

/** Content types that a dataset may come in. */
export const ROW_TYPES = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  json: 'application/json',
} as const;

export interface Upload {
  readonly format: keyof typeof ROW_TYPES;
  /** Look at it only: the answer is the version that it would become. */
  readonly dryRun?: boolean;
  readonly message?: string;
  readonly author?: string;
  /** Opens the rows; called again when the upload has to be repeated. Browsers send a file as it is; most of them stream nothing else. */
  readonly open: () => ReadableStream<Uint8Array> | Blob | string;
}

/** Which rows of a dataset. */
export interface RowFilter {
  readonly split?: Split;
  readonly cohort?: string;
  /** In the id, the input or the expected answer. */
  readonly search?: string;
}

type PageQuery = { readonly cursor?: string; readonly limit?: number };

const datasetRowPageSchema = pageOf(datasetRowSchema);
const datasetPageSchema = pageOf(datasetVersionSchema);
const cohortPageSchema = pageOf(datasetCohortViewSchema);
const suitePageSchema = pageOf(suiteVersionSchema);
const evaluatorPageSchema = pageOf(evaluatorSchema);
const standingPageSchema = pageOf(judgeStandingSchema);
const promptPageSchema = pageOf(promptSummarySchema);
const versionPageSchema = pageOf(promptVersionSchema);

/** `/v1/prompts`. */
export function promptsResource(transport: Transport) {
  return {
    /** The same content again answers with the version that has it. */
    createVersion: (name: string, version: object): Promise<PromptVersion> =>
      transport.read(promptVersionSchema, { method: 'POST', path: path`/v1/prompts/${name}/versions`, json: version }),
    list: (query: { readonly cursor?: string } = {}) =>
      transport.read(promptPageSchema, { method: 'GET', path: '/v1/prompts', query: { ...query } }),
    /** With its newest version as `latest`. */
    get: (name: string) => transport.read(promptSummarySchema, { method: 'GET', path: path`/v1/prompts/${name}` }),
    versions: (name: string, query: { readonly cursor?: string } = {}) =>
      transport.read(versionPageSchema, {
        method: 'GET',
        path: path`/v1/prompts/${name}/versions`,
        query: { ...query },
      }),
    version: (name: string, version: number): Promise<PromptVersion> =>
      transport.read(promptVersionSchema, { method: 'GET', path: path`/v1/prompts/${name}/versions/${version}` }),
  };
}

/** `/v1/datasets`. */
export function datasetsResource(transport: Transport) {
  return {
    /** Streams rows of any size; nothing is kept in memory. Rows that exist already answer with the version that has them. */
    upload: (name: string, { format, open, dryRun, message, author }: Upload): Promise<DatasetVersion> =>
      transport.read(datasetVersionSchema, {
        method: 'POST',
        path: path`/v1/datasets/${name}/versions`,
        query: { ...(dryRun && { dryRun: true }), ...(message && { message }), ...(author && { author }) },
        body: { type: ROW_TYPES[format], open },
        repeatable: true,
      }),
    list: (query: { readonly cursor?: string } = {}) =>
      transport.read(datasetPageSchema, { method: 'GET', path: '/v1/datasets', query: { ...query } }),
    /** Newest first. */
    versions: (name: string, query: PageQuery = {}) =>
      transport.read(datasetPageSchema, {
        method: 'GET',
        path: path`/v1/datasets/${name}/versions`,
        query: { ...query },
      }),
    version: (name: string, version: number): Promise<DatasetVersion> =>
      transport.read(datasetVersionSchema, { method: 'GET', path: path`/v1/datasets/${name}/versions/${version}` }),
    /** In upload order. */
    rows: (name: string, version: number, query: RowFilter & PageQuery = {}) =>
      transport.read(datasetRowPageSchema, {
        method: 'GET',
        path: path`/v1/datasets/${name}/versions/${version}/rows`,
        query: { ...query },
      }),
    /** Rows by cohort and split, the largest cohorts first. */
    cohorts: (name: string, version: number) =>
      transport.read(cohortPageSchema, {
        method: 'GET',
        path: path`/v1/datasets/${name}/versions/${version}/cohorts`,
      }),
    diff: (name: string, query: { readonly from: number; readonly to: number } & PageQuery) =>
      transport.read(datasetDiffViewSchema, {
        method: 'GET',
        path: path`/v1/datasets/${name}/diff`,
        query: { ...query },
      }),
  };
}

/** `/v1/suites`, and the catalogue of evaluators. */
export function suitesResource(transport: Transport) {
  return {
    createVersion: (name: string, suite: object): Promise<SuiteVersion> =>
      transport.read(suiteVersionSchema, { method: 'POST', path: path`/v1/suites/${name}/versions`, json: suite }),
    version: (name: string, version: number): Promise<SuiteVersion> =>
      transport.read(suiteVersionSchema, { method: 'GET', path: path`/v1/suites/${name}/versions/${version}` }),
    list: (query: { readonly cursor?: string } = {}) =>
      transport.read(suitePageSchema, { method: 'GET', path: '/v1/suites', query: { ...query } }),
    /** Newest first. */
    versions: (name: string, query: PageQuery = {}) =>
      transport.read(suitePageSchema, { method: 'GET', path: path`/v1/suites/${name}/versions`, query: { ...query } }),
    /** The judges of a version with their cards. */
    judges: (name: string, version: number) =>
      transport.read(standingPageSchema, { method: 'GET', path: path`/v1/suites/${name}/versions/${version}/judges` }),
    evaluators: () => transport.read(evaluatorPageSchema, { method: 'GET', path: '/v1/evaluators' }),
  };
}
