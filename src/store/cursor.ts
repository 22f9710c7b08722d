import { z } from 'zod';
import { fieldError } from '../domain/errors.ts';

/** A page of a list in the form of the API. */
export interface Page<T> {
  readonly items: T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

type Place = string | number | Date | null;

/** The place after the last item of a page, opaque to clients. Dates travel as ISO text. */
function encodeCursor(place: readonly Place[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor back.
 *
 * @throws ParetuneError `invalid_request` when it is not one that this list has given out.
 */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return schema.parse(place);
  } catch {
    throw fieldError(
      'cursor',
      'is not a cursor of this list: leave it out to start from the beginning',
      'invalid_request',
    );
  }
}

/** Cursor of lists ordered by time and id. */
export const timeCursor = z.tuple([z.iso.datetime().transform((text) => new Date(text)), z.string()]);

/** Limits a page size to what the server gives out at once. */
export function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(limit ?? DEFAULT_PAGE, 1), MAX_PAGE);
}

/** Makes a page of `limit` items from a query that asked for one more. */
export function page<T>(rows: T[], limit: number, place: (item: T) => readonly Place[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(place(last)) : null };
}
