import type { JsonObject } from '../../domain/json.ts';

/** Columns with a meaning of their own. `input.<field>` and `metadata.<field>` build objects. */
const CSV_COLUMNS = ['id', 'input', 'expected', 'context', 'split', 'cohort', 'excluded'] as const;
type KnownColumn = (typeof CSV_COLUMNS)[number];

type Target =
  | { readonly to: KnownColumn }
  | { readonly to: 'input-field'; readonly field: string }
  | { readonly to: 'metadata'; readonly field: string };

/** How the cells of one CSV file become rows. */
export interface CsvMapping {
  readonly width: number;
  row(cells: readonly string[]): Record<string, unknown>;
}

const isKnown = (name: string): name is KnownColumn => CSV_COLUMNS.some((known) => known === name);

/**
 * Reads the header. Columns of no known name become fields of an object input, or metadata when the file has an `input` or
 * `input.<field>` column. Returns what is wrong with it as text.
 */
export function mapColumns(header: readonly string[]): CsvMapping | string {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the column "${twice}" is there twice; rename one of them`;
  const empty = names.indexOf('');
  if (empty >= 0) return `column ${empty + 1} of the header has no name; name it or remove it`;
  const whole = names.includes('input');
  const fields = names.some((name) => name.startsWith('input.'));
  if (whole && fields) return 'the header has both "input" and "input.<field>" columns; use one of the two forms';
  const targets = names.map((name): Target => {
    if (isKnown(name)) return { to: name };
    if (name.startsWith('input.')) return { to: 'input-field', field: name.slice('input.'.length) };
    if (name.startsWith('metadata.')) return { to: 'metadata', field: name.slice('metadata.'.length) };
    return { to: whole || fields ? 'metadata' : 'input-field', field: name };
  });
  if (!whole && !targets.some((target) => target.to === 'input-field')) {
    return 'no column holds the input; name one "input", or "input.<field>" for each field of an object';
  }
  return { width: names.length, row: (cells) => toRow(targets, cells) };
}

function toRow(targets: readonly Target[], cells: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  // Null prototypes: a column may be called `__proto__`.
  const input: JsonObject = Object.create(null) as JsonObject;
  const metadata: JsonObject = Object.create(null) as JsonObject;
  targets.forEach((target, index) => {
    const cell = cells[index] ?? '';
    if (target.to === 'input-field') input[target.field] = cell;
    else if (target.to === 'metadata') {
      if (cell !== '') metadata[target.field] = cell;
    } else if (target.to === 'input') row['input'] = cell;
    else if (target.to === 'excluded') row['excluded'] = excludedCell(cell);
    else if (cell !== '') row[target.to] = cell;
  });
  if (!('input' in row)) row['input'] = { ...input };
  if (Object.keys(metadata).length > 0) row['metadata'] = { ...metadata };
  return row;
}

/** Spreadsheets write flags in several ways; any other text is the reason of the exclusion. */
function excludedCell(cell: string): boolean | string {
  const word = cell.trim().toLowerCase();
  if (['', 'false', 'no', '0'].includes(word)) return false;
  return ['true', 'yes', '1'].includes(word) ? true : cell.trim();
}
