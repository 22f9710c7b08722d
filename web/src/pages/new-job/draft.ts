import { type Json, type JsonObject, jsonObjectSchema } from '../../../../src/domain/json.ts';

/** The body of a job as it is being written: whatever the form does not know stays in it. */
export type Draft = JsonObject;
export type Path = readonly (string | number)[];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function getIn(value: Json | undefined, [head, ...rest]: Path): Json | undefined {
  if (head === undefined) return value;
  if (Array.isArray(value)) return getIn(value[Number(head)], rest);
  return isObject(value) ? getIn(value[head], rest) : undefined;
}

/** With `next` at the path. `undefined` takes the member away, and with it the objects that it leaves empty. */
export function setIn(value: Json | undefined, [head, ...rest]: Path, next: Json | undefined): Json | undefined {
  if (head === undefined) return next;
  if (typeof head === 'number') {
    const list = Array.isArray(value) ? [...value] : [];
    const member = setIn(list[head], rest, next);
    if (member === undefined) list.splice(head, 1);
    else list[head] = member;
    return list.length === 0 ? undefined : list;
  }
  const { [head]: known, ...others } = isObject(value) ? value : {};
  const member = setIn(known, rest, next);
  if (member !== undefined) return { ...(isObject(value) ? value : {}), [head]: member };
  return Object.keys(others).length === 0 ? undefined : others;
}

export const EMPTY_DRAFT: Draft = {};

/** The body that would submit a job like this one, from what its references were resolved to. */
export function draftOf(resolved: Readonly<Record<string, Json>>): Draft {
  const { promptRef, prompt, dataset, suiteRef, suite, models, optimizer, aaRows } = resolved;
  const kept = ['name', 'split', 'objectives', 'budget', 'ablation', 'concurrency', 'seed', 'reuse'];
  const roles = isObject(models) ? Object.entries(models).filter(([, model]) => model !== null) : [];
  const draft: Record<string, Json | null | undefined> = {
    ...Object.fromEntries(kept.map((name) => [name, resolved[name]])),
    prompt: promptRef ?? prompt,
    dataset: isObject(dataset) ? dataset['ref'] : undefined,
    suite: suiteRef ?? suite,
    optimizer: isObject(optimizer)
      ? { type: optimizer['type'] ?? null, options: optimizer['options'] ?? {} }
      : undefined,
    models: Object.fromEntries(roles),
    aaRun: typeof aaRows === 'number' ? (aaRows > 0 ? aaRows : false) : undefined,
  };
  const said = Object.entries(draft).filter(([, value]) => value !== undefined && value !== null);
  return jsonObjectSchema.parse(Object.fromEntries(said));
}

/** `objectives.0.metric`, as the service names a field. */
export const pathText = (path: Path): string => path.join('.');
