import { isUtf8 } from 'node:buffer';
import { readLines } from './lines.ts';
import { type Body, NOT_UTF8, oversize, type RawRow, type RowLimits } from './raw-row.ts';

/** `application/x-ndjson`: one JSON object per line; blank lines are skipped. A broken line does not hide the ones after it. */
export async function* readJsonl(body: Body, limits: RowLimits): AsyncGenerator<RawRow> {
  for await (const { number, bytes } of readLines(body, limits.maxRowBytes)) {
    const at = `line ${number}`;
    if (bytes === null) {
      yield { at, problem: oversize(limits) };
      continue;
    }
    if (!isUtf8(bytes)) {
      yield { at, problem: NOT_UTF8 };
      continue;
    }
    // `trim` takes the byte order mark, too.
    const text = bytes.toString('utf8').trim();
    if (text !== '') yield parseLine(at, text);
  }
}

function parseLine(at: string, text: string): RawRow {
  try {
    return { at, value: JSON.parse(text) };
  } catch (error) {
    return { at, problem: `is not valid JSON (${withoutText(error)}); each line must be one complete JSON object` };
  }
}

/** V8 quotes the text around a JSON error; error messages may be logged, and rows may not. */
function withoutText(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/^(Unexpected end|Unterminated)/.test(message)) return 'it ends too early';
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? 'unexpected character' : `unexpected character in column ${Number(position) + 1}`;
}
