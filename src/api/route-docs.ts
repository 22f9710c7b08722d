import { z } from 'zod';
import { ERRORS } from '../domain/errors.ts';
import { nameSchema } from '../domain/prompt.ts';
import { PROBLEM_TYPE, problemSchema } from './problems.ts';

type ProblemStatus = (typeof ERRORS)[keyof typeof ERRORS]['status'];

/** The problem answers of a route, for its documentation. Each route can also answer 401, 403, 500 and 503. */
export function problems(...statuses: ProblemStatus[]) {
  const all = new Set<ProblemStatus>([...statuses, 401, 403, 500, 503]);
  return Object.fromEntries(
    [...all].map((status) => [
      status,
      { description: titleOf(status), content: { [PROBLEM_TYPE]: { schema: problemSchema } } },
    ]),
  );
}

const titleOf = (status: ProblemStatus): string =>
  Object.values(ERRORS)
    .filter((error) => error.status === status)
    .map((error) => error.title)
    .join(', or: ');

/** An answer that is not JSON. */
export function media(type: string, description: string) {
  return { description, content: { [type]: { schema: z.string() } } };
}

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Send it as `cursor` for the next page; null on the last one.'),
  });
}

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).optional().describe('Items of a page; default 50.'),
  cursor: z.string().max(2_000).optional().describe('`nextCursor` of the page before.'),
};

const versionNumber = z.coerce.number().int().min(1).max(2_147_483_647);

export const nameParams = z.strictObject({ name: nameSchema });
export const versionParams = z.strictObject({ name: nameSchema, version: versionNumber });
/** A text that names something stored. PostgreSQL has no NUL, so no stored name has one. */
export const storedId = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes('\0'), 'must not contain a NUL character');
export const idParams = z.strictObject({ id: storedId(100) });
export const listQuery = z.strictObject(pageQuery);
export const betweenQuery = { from: versionNumber, to: versionNumber };
/** Where no query parameter is known. */
export const noQuery = z.strictObject({});

export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1–255 visible ASCII characters')
    .optional()
    .describe('The same key with the same body gives the first answer again, with another body 409.'),
});
