import type { z } from 'zod';
import { type RowInput, rowSchema } from '../../domain/dataset.ts';
import { deeperThan } from '../../domain/json.ts';

/** Deepest nesting of a row's values. Everything that walks a row (validation, hashing, rendering) is recursive. */
const MAX_DEPTH = 64;

const FIELDS = Object.keys(rowSchema.shape).join(', ');

/** What must stand in a field, for people. */
const WANTED: Readonly<Record<string, string>> = {
  id: 'must be a text of 1–200 characters',
  input: 'must be a text or an object',
  expected: 'must be a JSON value',
  context: 'must be a text or a list of texts',
  split: 'must be "train", "validation" or "test"',
  cohort: 'must be a text',
  metadata: 'must be an object',
  excluded: 'must be true, false or the reason as a text',
};

/** A row that follows the schema, or what is wrong with it, one sentence per field. */
export function checkRow(value: unknown): { readonly row: RowInput } | { readonly problems: readonly string[] } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { problems: [`a row must be an object with the fields ${FIELDS}`] };
  }
  if (deeperThan(value, MAX_DEPTH)) return { problems: [`is nested deeper than ${MAX_DEPTH} levels; flatten it`] };
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => explain(issue, value)) };
  const problems = columnTexts(parsed.data);
  return problems.length > 0 ? { problems } : { row: parsed.data };
}

function explain(issue: z.core.$ZodIssue, value: object): string {
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    return `unknown field ${unknown}; a row has ${FIELDS} (put your own fields into "metadata")`;
  }
  const field = String(issue.path[0] ?? '');
  if (!Object.hasOwn(value, field)) return `${field} is missing: it ${WANTED[field] ?? issue.message}`;
  return `${issue.path.join('.')} ${WANTED[field] ?? issue.message}`;
}

/** Ids, cohorts and reasons are database text: NUL and broken surrogates cannot be stored there, and would make two ids look alike. */
function columnTexts(row: RowInput): string[] {
  const texts = { id: row.id, cohort: row.cohort, excluded: row.excluded };
  return Object.entries(texts).flatMap(([field, text]) =>
    typeof text === 'string' && /[\0\p{Surrogate}]/u.test(text)
      ? [`${field} contains a NUL character or half a surrogate pair; remove it`]
      : [],
  );
}
