import type { Body } from './raw-row.ts';
import { smallPieces } from './raw-row.ts';

/** One line without its line break. `bytes` is null when it is longer than the cap: the rest of it was skipped, not kept. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer | null;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Splits a body into lines (LF or CRLF). Keeps at most `maxBytes` and one piece of the body in memory. */
export async function* readLines(body: Body, maxBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (rest: Buffer): Line => {
    length += rest.length;
    let bytes = length > maxBytes ? null : parts.length === 0 ? rest : Buffer.concat([...parts, rest], length);
    if (bytes !== null && bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    const line = { number, bytes };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };
  for await (const piece of smallPieces(body)) {
    let start = 0;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, start)) {
      yield take(piece.subarray(start, at));
      start = at + 1;
    }
    const rest = piece.subarray(start);
    length += rest.length;
    if (length > maxBytes) parts = [];
    else if (rest.length > 0) parts.push(rest);
  }
  if (length > 0) yield take(Buffer.alloc(0));
}
