/** A body in pieces, as a socket or a file gives it. */
export type Body = AsyncIterable<Uint8Array | string>;

/** Limits of an upload. */
export interface RowLimits {
  /** Largest row, in bytes of its text in the body. */
  readonly maxRowBytes: number;
}
export const DEFAULT_ROW_LIMITS: RowLimits = { maxRowBytes: 1024 * 1024 };

/** What a reader of one format yields: a value that is still to be checked, or what is wrong at this place. */
export type RawRow =
  | { readonly at: string; readonly value: unknown }
  | {
      readonly at: string;
      readonly problem: string /** Nothing after this place can be read. */;
      readonly fatal?: true;
    };

export type RowReader = (body: Body, limits: RowLimits) => AsyncIterable<RawRow>;

export const oversize = (limits: RowLimits, hint = ''): string =>
  `the row is larger than ${limits.maxRowBytes} bytes${hint}; shorten it or split it into several rows`;

export const NOT_UTF8 = 'is not valid UTF-8; save the file as UTF-8';

/** The same bytes in pieces of at most 64 KiB, so that limits checked between pieces hold whatever the sender's pieces are. */
export async function* smallPieces(body: Body): AsyncGenerator<Buffer> {
  const size = 64 * 1024;
  for await (const piece of body) {
    const bytes =
      typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
}
