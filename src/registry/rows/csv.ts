import { pipeline, Readable } from 'node:stream';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { type CsvMapping, mapColumns } from './csv-columns.ts';
import { type Body, NOT_UTF8, oversize, type RawRow, type RowLimits, smallPieces } from './raw-row.ts';
import { NotUtf8, validUtf8 } from './utf8.ts';

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

/** `text/csv` with a header row (RFC 4180; LF or CRLF, BOM allowed). Every cell is text. Rows are named by the line they begin on. */
export async function* readCsv(body: Body, limits: RowLimits): AsyncGenerator<RawRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.maxRowBytes,
  });
  pipeline(Readable.from(validUtf8(smallPieces(body))), parser, () => {
    // Errors arrive through the iteration below.
  });
  let mapping: CsvMapping | null = null;
  let lines = 0;
  try {
    for await (const parsed of parser) {
      const { record, info } = parsed as ParsedRecord;
      const at = `line ${1 + lines + info.empty_lines}`;
      // The parser's own line count is off after quoted CRLFs.
      lines += 1 + lineBreaks(record);
      if (mapping === null) {
        const header = mapColumns(record);
        if (typeof header === 'string') {
          yield { at, problem: header, fatal: true };
          return;
        }
        mapping = header;
      } else if (record.length !== mapping.width) {
        yield { at, problem: `has ${record.length} cells, but the header has ${mapping.width} columns` };
      } else {
        yield { at, value: mapping.row(record) };
      }
    }
  } catch (error) {
    yield brokenCsv(error, limits, 1 + lines + parser.info.empty_lines);
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
