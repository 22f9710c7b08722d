import { NOT_UTF8 } from './raw-row.ts';

/** The body stops being UTF-8 at this line. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
  /** From 1. */
  readonly line: number;
  constructor(line: number) {
    super(`line ${line} ${NOT_UTF8}`);
    this.line = line;
  }
}

const NEWLINE = 0x0a;

/**
 * Passes the pieces through and throws NotUtf8 at the first that is not UTF-8. Parsers decode leniently (U+FFFD), which would store a
 * file in another encoding as silent garbage.
 */
export async function* validUtf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for await (const piece of pieces) {
    try {
      decoder.decode(piece, { stream: true });
    } catch {
      throw new NotUtf8(line + linesBefore(piece));
    }
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) line += 1;
    yield piece;
  }
  try {
    decoder.decode();
  } catch {
    throw new NotUtf8(line);
  }
}

/** Newlines of a bad piece before its first bad line: the last line that still decodes is found by trying. */
function linesBefore(piece: Buffer): number {
  let lines = 0;
  let start = 0;
  for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, start)) {
    // The first line may begin inside a character of the piece before; its continuation bytes are not its fault.
    const line = piece.subarray(start, at);
    if (!isUtf8Line(line, start === 0)) return lines;
    lines += 1;
    start = at + 1;
  }
  return lines;
}

function isUtf8Line(line: Buffer, mayContinue: boolean): boolean {
  let from = 0;
  while (mayContinue && from < 3 && from < line.length && ((line[from] ?? 0) & 0xc0) === 0x80) from += 1;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(line.subarray(from));
    return true;
  } catch {
    return false;
  }
}
