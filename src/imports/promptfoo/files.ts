import { parse as parseYaml } from 'yaml';
import { type Json, jsonSchema } from '../../domain/json.ts';
import type { ImportFile } from '../contract.ts';

/** A file that the configuration names. Throws when there is none. */
export type Read = (name: string) => ImportFile;
/** Names what has no place here. */
export type Skip = (at: string, what: string, why: string) => void;

/** What stands in a file that a value names, else the value. */
export function fileOr(value: Json | undefined, read: Read, only = /\.(?:ya?ml|json)$/): Json | undefined {
  if (typeof value !== 'string' || !value.startsWith('file://') || !only.test(value)) return value;
  return jsonSchema.parse(parseYaml(read(value.slice('file://'.length)).text));
}
