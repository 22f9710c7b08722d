import { path, type Transport } from '../transport.ts';
import {
  type DatasetVersion,
  datasetRowSchema,
  datasetVersionSchema,
  evaluatorSchema,
  namedSchema,
  type PromptVersion,
  pageOf,
  promptSummarySchema,
  promptVersionSchema,
  type Version,
  versionSchema,
} from '../wire.ts';

/** Content types that a dataset may come in. */
export const ROW_TYPES = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  json: 'application/json',
} as const;

export interface Upload {
  readonly format: keyof typeof ROW_TYPES;
  /** Opens the rows; called again when the upload has to be repeated. Browsers send a file as it is; most of them stream nothing else. */
  readonly open: () => ReadableStream<Uint8Array> | Blob | string;
}

const datasetRowPageSchema = pageOf(datasetRowSchema);
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
    upload: (name: string, { format, open }: Upload): Promise<DatasetVersion> =>
      transport.read(datasetVersionSchema, {
        method: 'POST',
        path: path`/v1/datasets/${name}/versions`,
        body: { type: ROW_TYPES[format], open },
        repeatable: true,
      }),
    list: (query: { readonly cursor?: string } = {}) =>
      transport.read(pageOf(datasetVersionSchema), { method: 'GET', path: '/v1/datasets', query: { ...query } }),
    version: (name: string, version: number): Promise<DatasetVersion> =>
      transport.read(datasetVersionSchema, { method: 'GET', path: path`/v1/datasets/${name}/versions/${version}` }),
    /** In upload order. */
    rows: (name: string, version: number, query: { readonly cursor?: string; readonly limit?: number } = {}) =>
      transport.read(datasetRowPageSchema, {
        method: 'GET',
        path: path`/v1/datasets/${name}/versions/${version}/rows`,
        query: { ...query },
      }),
  };
}

/** `/v1/suites`, and the catalogue of evaluators. */
export function suitesResource(transport: Transport) {
  return {
    createVersion: (name: string, suite: object): Promise<Version> =>
      transport.read(versionSchema, { method: 'POST', path: path`/v1/suites/${name}/versions`, json: suite }),
    version: (name: string, version: number): Promise<Version> =>
      transport.read(versionSchema, { method: 'GET', path: path`/v1/suites/${name}/versions/${version}` }),
    list: (query: { readonly cursor?: string } = {}) =>
      transport.read(pageOf(namedSchema), { method: 'GET', path: '/v1/suites', query: { ...query } }),
    evaluators: () => transport.read(pageOf(evaluatorSchema), { method: 'GET', path: '/v1/evaluators' }),
  };
}
