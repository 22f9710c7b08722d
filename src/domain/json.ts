import { z } from 'zod';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const jsonSchema: z.ZodType<Json> = z.json();
export type JsonObject = Record<string, Json>;
export const jsonObjectSchema = z.record(z.string(), z.json());

/** JSON text with object keys sorted at every depth: equal values give equal text. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}

const isContainer = (value: unknown): value is object => value !== null && typeof value === 'object';

/** True when arrays and objects are nested more than `levels` deep. Does not recurse, so that no text from outside can exhaust the stack. */
export function deeperThan(value: unknown, levels: number): boolean {
  let level = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    const next: object[] = [];
    for (const member of level) {
      const children: readonly unknown[] = Array.isArray(member) ? member : Object.values(member);
      for (const child of children) if (isContainer(child)) next.push(child);
    }
    level = next;
  }
  return false;
}
