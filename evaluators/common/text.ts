import { deeperThan, type Json, jsonSchema } from '../../src/domain/json.ts';

const UNUSUAL = /[\0\ud800-\udfff]/;

/** The first `max` characters, without what databases refuse: NUL and halves of surrogate pairs. */
export function clip(text: string, max: number): string {
  const head = text.length > max ? text.slice(0, max) : text;
  return UNUSUAL.test(head) ? head.replaceAll('\0', ' ').replace(/\p{Surrogate}/gu, '\uFFFD') : head;
}

/** A text as a JSON string literal, cut after `max` characters: never long, never ambiguous about white space. */
export function quote(text: string, max = 200): string {
  return text.length <= max
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, max))}… (${text.length} characters in all)`;
}

/** Up to `max` items, quoted and joined. */
export function quoteList(items: readonly string[], max = 10): string {
  const shown = items.slice(0, max).map((item) => quote(item, 60));
  return items.length > max ? `${shown.join(', ')} and ${items.length - max} more` : shown.join(', ');
}

/** A JSON value as text: strings as they are, anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Quotes a JSON value; structures too deep to print are named instead. */
export function quoteJson(value: Json | undefined, max = 120): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value, max);
  if (deeperThan(value, 500)) return 'a structure nested more than 500 levels deep';
  const text = JSON.stringify(value);
  return text.length <= max ? text : `${clip(text, max)}… (${text.length} characters in all)`;
}

export function isObject(value: Json | undefined): value is Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Equal as JSON values: the order of object keys does not matter. Recurses no deeper than the shallower of the two. */
export function jsonEqual(a: Json, b: Json): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index] ?? null));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] ?? null, b[key] ?? null))
    );
  }
  return a === b;
}

/** Alternatives that an expected answer allows: a list of texts offers each of them, anything else is one text. */
export function references(expected: Json): string[] {
  if (Array.isArray(expected) && expected.length > 0 && expected.every((item) => typeof item === 'string')) {
    return expected.filter((item) => typeof item === 'string');
  }
  return [asText(expected)];
}

/** The expected answer as a structure: a text that is JSON is read as JSON. */
export function structured(expected: Json): Json {
  if (typeof expected !== 'string') return expected;
  try {
    const value: unknown = JSON.parse(expected);
    const checked = jsonSchema.safeParse(value);
    return checked.success ? checked.data : expected;
  } catch {
    return expected;
  }
}
