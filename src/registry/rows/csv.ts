import { once } from 'node:events';
import { CsvError, type Parser, parse } from 'csv-parse';
import { type CsvMapping, mapColumns } from './csv-columns.ts';
import { type Body, NOT_UTF8, oversize, type RawRow, type RowLimits, smallPieces } from './raw-row.ts';
import { NotUtf8, validUtf8 } from './utf8.ts';

/** `text/csv` with a header row (RFC 4180; LF or CRLF, BOM allowed). Every cell is text. Rows are named by the line they begin on. */
export async function* readCsv(body: Body, limits: RowLimits): AsyncGenerator<RawRow> {
  const records = new RecordReader();
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.maxRowBytes,
    // Taken here instead of from the stream, which drops the records before a broken one.
    on_record: (record: string[], { empty_lines }) => {
      records.add(record, empty_lines);
      return null;
    },
  });
  // Errors are thrown by `feed` and `finish`; without a handler this copy of them would end the process.
  parser.on('error', () => {});
  try {
    for await (const piece of validUtf8(smallPieces(body))) {
      await feed(parser, piece);
      yield* records.take();
    }
    await finish(parser);
    yield* records.take();
  } catch (error) {
    yield* records.take();
    yield brokenCsv(error, limits, records.nextLine(parser.info.empty_lines));
  } finally {
    parser.destroy();
  }
}

const feed = (parser: Parser, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.write(piece, (error) => (error ? reject(error) : resolve()));
  });

function finish(parser: Parser): Promise<unknown> {
  const finished = once(parser, 'finish');
  parser.end();
  return finished;
}

/** Turns records into rows: the first is the header. */
class RecordReader {
  #mapping: CsvMapping | null = null;
  /** Lines of the records so far. The parser's own count is off after quoted CRLFs. */
  #lines = 0;
  #broken = false;
  #ready: RawRow[] = [];

  add(record: readonly string[], emptyLines: number): void {
    const at = `line ${this.nextLine(emptyLines)}`;
    this.#lines += 1 + lineBreaks(record);
    if (this.#broken) return;
    if (this.#mapping === null) {
      const header = mapColumns(record);
      if (typeof header !== 'string') this.#mapping = header;
      else {
        this.#broken = true;
        this.#ready.push({ at, problem: header, fatal: true });
      }
    } else if (record.length !== this.#mapping.width) {
      this.#ready.push({
        at,
        problem: `has ${record.length} cells, but the header has ${this.#mapping.width} columns`,
      });
    } else {
      this.#ready.push({ at, value: this.#mapping.row(record) });
    }
  }

  /** The line on which the next record begins. */
  nextLine(emptyLines: number): number {
    return 1 + this.#lines + emptyLines;
  }

  take(): RawRow[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

function lineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) count += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  return count;
}

function brokenCsv(error: unknown, limits: RowLimits, line: number): RawRow {
  if (error instanceof NotUtf8) return { at: `line ${error.line}`, problem: NOT_UTF8, fatal: true };
  if (!(error instanceof CsvError)) throw error;
  const problem =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? oversize(limits, ', or a quotation mark in it is not closed')
      : error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quotation mark is opened and never closed'
        : 'a quotation mark stands inside a cell; put the whole cell in quotes and double the ones inside ("")';
  return { at: `line ${line}`, problem, fatal: true };
}
