import { fieldError } from '../domain/errors.ts';
import { isVersionNumber } from '../store/version-number.ts';

/** A page of a list. `nextCursor` is opaque, and null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly cursor?: string | undefined;
  /** 1–1000, default 50. */
  readonly limit?: number | undefined;
}

export function limitOf(request: PageRequest): number {
  const limit = request.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw fieldError('limit', `must be a whole number from 1 to 1000, not ${limit}`, 'invalid_request');
  }
  return limit;
}

const WRONG_CURSOR = 'is not a cursor of this list; use the nextCursor of the page before';

/** The key after which the page begins. Throws `invalid_request` for what no page gave out. */
export function textCursor(request: PageRequest): string | undefined {
  if (request.cursor === undefined) return undefined;
  const text = Buffer.from(request.cursor, 'base64url').toString('utf8');
  if (text === '' || text.includes('\0')) throw fieldError('cursor', WRONG_CURSOR, 'invalid_request');
  return text;
}

export function numberCursor(request: PageRequest): number | undefined {
  const text = textCursor(request);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || !isVersionNumber(Number(text))) {
    throw fieldError('cursor', WRONG_CURSOR, 'invalid_request');
  }
  return Number(text);
}

/** Makes a page of `limit + 1` rows that were asked for: the one too many says that there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => string | number,
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? Buffer.from(String(key(last))).toString('base64url') : null,
  };
}
