import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { type Importer, NOTHING, type NotMapped } from './contract.ts';
import { recordsOf, unfolded } from './records.ts';
import { type LooseRow, toRow } from './rows.ts';

/** A dataset export whose records have fixed fields: which of them are parts of a row, and which have no place here. */
function datasetExport(declared: {
  readonly format: string;
  readonly title: string;
  readonly source: string;
  readonly row: (record: JsonObject) => Omit<LooseRow, 'at'>;
  /** Fields that are kept, or say nothing about the row. */
  readonly known: readonly string[];
}): Importer {
  const { row, known, ...rest } = declared;
  return {
    ...rest,
    read({ files, name }) {
      const notMapped: NotMapped[] = [];
      const rows = files.flatMap(recordsOf).map(({ at, value }) => {
        for (const field of Object.keys(value))
          if (!known.includes(field))
            notMapped.push({
              at,
              what: `field "${field}"`,
              why: `it is not part of ${declared.title}; rename it or import with "jsonl" and --map`,
            });
        const parts = row(value);
        if (parts.input === undefined || parts.input === null)
          throw fieldError(
            at,
            `has no input, as ${declared.title} have it; there are ${Object.keys(value).join(', ')}: import the file as "jsonl" or "csv" and say which are what, --map input=…`,
          );
        return toRow({ at, ...parts }, notMapped);
      });
      return { ...NOTHING, datasets: [{ name, rows }], notMapped };
    },
  };
}

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
/** Also from the cell of a spreadsheet. */
const objectOf = (value: Json | undefined): JsonObject => {
  const object = unfolded(value);
  return isObject(object) ? object : {};
};
/** Further fields of a record, kept in the row's metadata. */
const kept = (record: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.flatMap((name) => (record[name] === undefined || record[name] === null ? [] : [[name, record[name]]])),
  );

export const langfuse = datasetExport({
  format: 'langfuse',
  title: 'Langfuse dataset items',
  source: 'Langfuse API, GET /api/public/dataset-items',
  known: [
    'id',
    'datasetId',
    'datasetName',
    'input',
    'expectedOutput',
    'metadata',
    'status',
    'sourceTraceId',
    'sourceObservationId',
    'createdAt',
    'updatedAt',
    'projectId',
    'validFrom',
    'validTo',
  ],
  row: (record) => ({
    id: record['id'],
    input: record['input'],
    expected: record['expectedOutput'],
    metadata: { ...objectOf(record['metadata']), ...kept(record, ['sourceTraceId', 'sourceObservationId']) },
    ...(record['status'] === 'ARCHIVED' && { excluded: 'archived in Langfuse' }),
  }),
});

export const langsmith = datasetExport({
  format: 'langsmith',
  title: 'LangSmith examples',
  source: 'LangSmith, dataset export (JSONL) and GET /examples',
  known: [
    'id',
    'inputs',
    'outputs',
    'metadata',
    'split',
    'dataset_id',
    'created_at',
    'modified_at',
    'source_run_id',
    'name',
    'attachments',
    'attachment_urls',
  ],
  row: (record) => {
    const metadata = objectOf(record['metadata']);
    const split = record['split'] ?? metadata['dataset_split'];
    return {
      id: record['id'],
      input: record['inputs'],
      expected: record['outputs'],
      metadata: { ...metadata, ...kept(record, ['source_run_id']) },
      // An example may be in several splits: the first one counts.
      split: Array.isArray(split) ? split[0] : split,
    };
  },
});

export const braintrust = datasetExport({
  format: 'braintrust',
  title: 'Braintrust dataset records',
  source: 'Braintrust API, GET /v1/dataset/{id}/fetch',
  known: [
    'id',
    'input',
    'expected',
    'output',
    'metadata',
    'tags',
    'created',
    'dataset_id',
    'project_id',
    'root_span_id',
    'span_id',
    '_xact_id',
    '_pagination_key',
    'is_root',
    'origin',
    'user_id',
    'audit_data',
    'comments',
  ],
  row: (record) => ({
    id: record['id'],
    input: record['input'],
    expected: record['expected'] ?? record['output'],
    metadata: { ...objectOf(record['metadata']), ...kept(record, ['tags']) },
  }),
});

export const phoenix = datasetExport({
  format: 'phoenix',
  title: 'Phoenix dataset examples',
  source: 'Phoenix API, GET /v1/datasets/{id}/examples',
  known: ['id', 'input', 'output', 'metadata', 'updated_at', 'node_id', 'split', 'example_id'],
  row: (record) => {
    const metadata = objectOf(record['metadata']);
    return {
      id: record['id'] ?? record['example_id'],
      input: record['input'],
      expected: record['output'],
      metadata,
      split: record['split'] ?? metadata['split'],
    };
  },
});

export const mlflow = datasetExport({
  format: 'mlflow',
  title: 'MLflow evaluation records',
  source: 'MLflow, mlflow.genai.evaluate(data) and evaluation datasets',
  known: [
    'inputs',
    'expectations',
    'outputs',
    'tags',
    'trace',
    'source',
    'dataset_record_id',
    'request_id',
    'create_time',
    'last_update_time',
    'created_by',
    'last_updated_by',
  ],
  row: (record) => {
    const expectations = objectOf(record['expectations']);
    const { expected_response: response, ...others } = expectations;
    return {
      id: record['dataset_record_id'],
      input: record['inputs'],
      expected: response ?? (Object.keys(expectations).length > 0 ? expectations : record['outputs']),
      metadata: {
        ...objectOf(record['tags']),
        ...(response !== undefined && Object.keys(others).length > 0 && { expectations: others }),
      },
    };
  },
});
