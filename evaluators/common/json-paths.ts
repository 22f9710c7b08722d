import type { Json } from '../../src/domain/json.ts';
import { isObject } from './text.ts';

/** A field by the keys that lead to it, and as it is shown: the keys joined by dots. */
export interface FieldPath {
  readonly path: string;
  readonly keys: readonly string[];
}

type Fields = Readonly<Record<string, Json>>;

/** The keys of a dotted path (`address.city`, `items.0.name`) in this object. A field whose name holds the dots wins. */
export function keysOf(root: Fields, path: string): readonly string[] {
  return Object.hasOwn(root, path) ? [path] : path.split('.');
}

/** The value behind the keys; undefined when there is none. */
export function valueAt(root: Json, keys: readonly string[]): Json | undefined {
  let value: Json | undefined = root;
  for (const key of keys) {
    if (Array.isArray(value) && /^\d{1,9}$/.test(key)) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/** The fields of an object, nested objects field by field; lists and empty objects are one value. At most `limit`. */
export function leafFields(root: Fields, limit: number): FieldPath[] {
  const fields: FieldPath[] = [];
  const visit = (value: Json, keys: readonly string[]) => {
    if (fields.length >= limit) return;
    if (isObject(value) && (keys.length === 0 || Object.keys(value).length > 0)) {
      for (const [key, member] of Object.entries(value)) visit(member, [...keys, key]);
    } else {
      fields.push({ path: keys.join('.'), keys });
    }
  };
  visit(root, []);
  return fields;
}

/** Dotted paths of the fields that `found` has and `wanted` has not. Goes no deeper than `wanted`. At most `limit`. */
export function extraPaths(wanted: Fields, found: Fields, limit: number, prefix = ''): string[] {
  const extra: string[] = [];
  for (const [key, value] of Object.entries(found)) {
    if (extra.length >= limit) break;
    const expected = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (expected === undefined) extra.push(`${prefix}${key}`);
    else if (isObject(expected) && isObject(value))
      extra.push(...extraPaths(expected, value, limit - extra.length, `${prefix}${key}.`));
  }
  return extra;
}
