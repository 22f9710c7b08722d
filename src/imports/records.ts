import { parse as parseCsv } from 'csv-parse/sync';
import { fieldError } from '../domain/errors.ts';
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema } from '../domain/json.ts';
import type { ImportFile } from './contract.ts';

/** One object of a file with its place. */
export interface SourceRecord {
  readonly at: string;
  readonly value: JsonObject;
}

/** Members under which exports wrap their records. */
const ENVELOPES = ['data', 'items', 'rows', 'examples', 'records', 'events'] as const;

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Objects of a JSON list, of `{ "data": […] }` and its like, of JSON lines, or of a CSV file with a header. */
export function recordsOf(file: ImportFile): SourceRecord[] {
  const text = file.text.replace(/^\uFEFF/, '');
  if (/\.csv$/i.test(file.path)) return csvRecords(file.path, text);
  const whole = parsed(text);
  if (whole !== undefined) return listed(file.path, whole);
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = parsed(line);
    const at = `${file.path}:${index + 1}`;
    if (value === undefined)
      throw fieldError(at, 'is not valid JSON; the file must hold one JSON object per line, or one JSON list');
    return [record(at, value)];
  });
}

function parsed(text: string): Json | undefined {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function listed(path: string, whole: Json): SourceRecord[] {
  if (Array.isArray(whole)) return whole.map((value, index) => record(`${path} [${index}]`, value));
  if (!isObject(whole)) throw fieldError(path, 'must hold objects');
  const inside = listIn(whole);
  return inside
    ? inside.list.map((value, index) => record(`${path} ${inside.name}[${index}]`, value))
    : [{ at: path, value: whole }];
}

/** The list in an envelope, or in an envelope of an envelope: `{ "data": { "examples": […] } }`. */
function listIn(whole: JsonObject, deeper = true): { readonly name: string; readonly list: readonly Json[] } | null {
  for (const name of ENVELOPES) {
    const member = whole[name];
    if (Array.isArray(member)) return { name, list: member };
    const inside = deeper && member !== undefined && isObject(member) ? listIn(member, false) : null;
    if (inside) return { name: `${name}.${inside.name}`, list: inside.list };
  }
  return null;
}

function record(at: string, value: Json): SourceRecord {
  if (!isObject(value)) throw fieldError(at, 'must be a JSON object');
  return { at, value };
}

function csvRecords(path: string, text: string): SourceRecord[] {
  try {
    const rows: unknown = parseCsv(text, { columns: true, skip_empty_lines: true, bom: true });
    return jsonObjectSchema
      .array()
      .parse(rows)
      .map((value, index) => ({ at: `${path} row ${index + 1}`, value }));
  } catch (error) {
    throw fieldError(path, `cannot be read as CSV: ${error instanceof Error ? error.message : 'broken'}`);
  }
}

/** The value at a dotted path. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let here = value;
  for (const key of path.split('.')) {
    if (here === undefined || here === null || typeof here !== 'object' || Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

/** Cells of spreadsheets that hold JSON objects or lists, as such; any other value as it is. */
export function unfolded(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return parsed(value) ?? value;
}
