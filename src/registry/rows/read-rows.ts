import type { RowInput } from '../../domain/dataset.ts';
import { defaultRowId } from '../stored-row.ts';
import { checkRow } from './check-row.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';
import { readJsonl } from './jsonl.ts';
import { type Body, DEFAULT_ROW_LIMITS, type RawRow, type RowLimits, type RowReader } from './raw-row.ts';
import { RowProblems } from './row-problems.ts';
import { SeenIds } from './seen-ids.ts';

const READERS = { jsonl: readJsonl, csv: readCsv, json: readJson } as const satisfies Record<string, RowReader>;

export type RowFormat = keyof typeof READERS;

/** Content types of an upload. */
export const ROW_FORMATS: Readonly<Record<string, RowFormat>> = {
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'text/csv': 'csv',
  'application/json': 'json',
};

/** A checked row with its final id. */
export interface ReadRow {
  readonly row: RowInput & { readonly id: string };
  /** From 0, excluded rows included. */
  readonly position: number;
}

/**
 * Streams the rows of a body: checked, ids unique, at most one row and one piece of the body in memory.
 *
 * After the first problem no more rows come, but the rest is still read, so that up to 20 problems are reported together. Throws
 * `invalid_request` with `errors: [{ path: 'line 17' | 'rows.16', message }]` at the end.
 */
export async function* readRows(
  format: RowFormat,
  body: Body,
  limits: RowLimits = DEFAULT_ROW_LIMITS,
): AsyncGenerator<ReadRow> {
  const unit = format === 'json' ? 'rows.' : 'line ';
  yield* checkedRows(
    READERS[format](body, limits),
    (at) => Number(at.slice(unit.length)),
    (place) => `${unit}${place}`,
  );
}

/** The same checks for rows that are in memory already, such as the inline rows of a job. */
export async function* checkedInlineRows(rows: readonly unknown[], path = 'rows'): AsyncGenerator<ReadRow> {
  async function* raw(): AsyncGenerator<RawRow> {
    for (const [index, value] of rows.entries()) yield { at: `${path}.${index}`, value };
  }
  yield* checkedRows(
    raw(),
    (at) => Number(at.slice(path.length + 1)),
    (place) => `${path}.${place}`,
  );
}

async function* checkedRows(
  raw: AsyncIterable<RawRow>,
  placeOf: (at: string) => number,
  name: (place: number) => string,
): AsyncGenerator<ReadRow> {
  const problems = new RowProblems();
  const seen = new SeenIds();
  let position = 0;
  for await (const item of raw) {
    if ('problem' in item) {
      problems.add(item.at, item.problem);
      if (item.fatal) break;
    } else {
      const checked = checkRow(item.value);
      if ('problems' in checked) for (const problem of checked.problems) problems.add(item.at, problem);
      else {
        const id = checked.row.id ?? defaultRowId(position);
        // Places are kept from 1: 0 means "not seen".
        const first = seen.add(id, placeOf(item.at) + 1);
        if (first > 0)
          problems.add(item.at, `the id ${JSON.stringify(id)} is already used in ${name(first - 1)}; ids must differ`);
        else if (!problems.any) yield { row: { ...checked.row, id }, position };
      }
    }
    position += 1;
    if (problems.full) break;
  }
  if (position === 0 && !problems.any) problems.add('rows', 'there are no rows; give at least one');
  problems.throwIfAny();
}
