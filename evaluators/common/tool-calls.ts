import { deeperThan, type Json } from '../../src/domain/json.ts';
import type { ToolCall } from '../../src/domain/model.ts';
import { isObject, jsonEqual, quoteJson, structured } from './text.ts';

/** Deepest arguments that are compared. */
const MAX_DEPTH = 200;

export const ARGUMENT_MODES = ['ignore', 'partial', 'exact'] as const;
export type ArgumentMode = (typeof ARGUMENT_MODES)[number];

/** A call that should be made. Without `arguments` any will do. */
export interface WantedCall {
  readonly name: string;
  readonly arguments?: Json | undefined;
}

/** A call that was made, its arguments read; undefined when they are no JSON. */
export interface MadeCall {
  readonly name: string;
  readonly arguments: Json | undefined;
  /** As the model wrote them. */
  readonly text: string;
}

export function madeCall({ name, arguments: text }: ToolCall): MadeCall {
  try {
    const read: Json = JSON.parse(text === '' ? '{}' : text);
    return { name, text, arguments: deeperThan(read, MAX_DEPTH) ? undefined : read };
  } catch {
    return { name, text, arguments: undefined };
  }
}

/**
 * The calls that an expected answer lists: names, or objects with `name` and `arguments` (an object, or JSON text as providers give it);
 * null when it is no such list.
 */
export function wantedCalls(expected: Json): readonly WantedCall[] | null {
  const list = structured(expected);
  const calls = (Array.isArray(list) ? list : [list]).map((item): WantedCall | null => {
    if (typeof item === 'string') return item === '' ? null : { name: item };
    if (!isObject(item) || typeof item['name'] !== 'string') return null;
    const given = item['arguments'];
    return { name: item['name'], ...(given !== undefined && { arguments: structured(given) }) };
  });
  return calls.some((call) => call === null) ? null : calls.filter((call) => call !== null);
}

export function callMatches(wanted: WantedCall, made: MadeCall, mode: ArgumentMode): boolean {
  if (wanted.name !== made.name) return false;
  if (mode === 'ignore' || wanted.arguments === undefined) return true;
  if (made.arguments === undefined) return false;
  return mode === 'exact' ? jsonEqual(wanted.arguments, made.arguments) : includes(wanted.arguments, made.arguments);
}

/** Every expected field is there with its value, nested objects alike; other values are equal. */
function includes(wanted: Json, found: Json): boolean {
  if (!isObject(wanted) || !isObject(found)) return jsonEqual(wanted, found);
  return Object.entries(wanted).every(
    ([key, value]) => Object.hasOwn(found, key) && includes(value, found[key] ?? null),
  );
}

export const shownCall = (call: WantedCall | MadeCall): string =>
  `${call.name.slice(0, 80)}(${call.arguments === undefined ? ('text' in call ? `not JSON: ${quoteJson(call.text, 80)}` : '…') : quoteJson(call.arguments, 120)})`;
