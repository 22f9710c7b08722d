import { fieldError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { type Importer, type ImportRequest, NOTHING, type NotMapped } from './contract.ts';
import { recordsOf, type SourceRecord, unfolded, at as valueAt } from './records.ts';
import { toRow } from './rows.ts';

const FIELDS = ['id', 'input', 'expected', 'context', 'split', 'cohort', 'metadata'] as const;

/** JSON lines or CSV with a mapping: `--map input=question --map expected=answer`. What is not named goes into metadata. */
export const mapped = (format: 'jsonl' | 'csv'): Importer => ({
  format,
  title: format === 'csv' ? 'CSV with a header' : 'JSON lines, or a JSON list',
  source: 'docs/imports.md',
  read({ files, name, map }) {
    checkMap(map);
    const notMapped: NotMapped[] = [];
    const rows = files.flatMap(recordsOf).map((record) => toRow(looseRow(record, map), notMapped));
    return { ...NOTHING, datasets: [{ name, rows }], notMapped };
  },
});

function checkMap(map: ImportRequest['map']): void {
  const fields: readonly string[] = FIELDS;
  for (const field of Object.keys(map))
    if (!fields.includes(field))
      throw fieldError('--map', `"${field}" is no field of a row; there are ${FIELDS.join(', ')}`);
}

function looseRow({ at, value }: SourceRecord, map: ImportRequest['map']) {
  const columnsOf = (field: (typeof FIELDS)[number]) => map[field] ?? (Object.hasOwn(value, field) ? [field] : []);
  const used = new Set(FIELDS.flatMap(columnsOf).map((path) => path.split('.')[0]));
  const one = (field: (typeof FIELDS)[number]): Json | undefined => {
    const columns = columnsOf(field);
    const [first] = columns;
    if (first === undefined) return undefined;
    if (columns.length === 1) return valueAt(value, first);
    return Object.fromEntries(columns.map((path) => [path.split('.').at(-1) ?? path, valueAt(value, path) ?? null]));
  };
  const missing = map['input']?.find((path) => valueAt(value, path) === undefined);
  if (missing !== undefined)
    throw fieldError(at, `has no "${missing}", which --map input names; there are ${Object.keys(value).join(', ')}`);
  const rest = Object.fromEntries(Object.entries(value).filter(([field]) => !used.has(field)));
  return {
    at,
    id: one('id'),
    input: one('input'),
    expected: one('expected'),
    context: one('context'),
    split: one('split'),
    cohort: one('cohort'),
    metadata: { ...rest, ...metadataOf(one('metadata'), map['metadata']) },
  };
}

function metadataOf(value: Json | undefined, named: readonly string[] | undefined): JsonObject {
  const given = unfolded(value);
  if (given !== null && typeof given === 'object' && !Array.isArray(given)) return given;
  return given === undefined || given === null ? {} : { [named?.[0]?.split('.').at(-1) ?? 'metadata']: given };
}
