import type { Row, RowInput, Split } from '../domain/dataset.ts';
import type { StoredRow } from '../store/dataset-rows.ts';

/** A row as the registry shows it: what a prompt and the evaluators see, and where it stands. */
export interface DatasetRow extends Row {
  /** Null for excluded rows. */
  readonly split: Split | null;
  /** Reason for which the row is kept but never used. */
  readonly excluded?: string;
}

/** Id of a row that has none, by position (from 0). */
export const defaultRowId = (position: number): string => `row-${position + 1}`;

/** `null` says the same as no expected answer: exports write missing answers so. */
function hasExpected(row: Pick<RowInput, 'expected'>): boolean {
  return row.expected !== undefined && row.expected !== null;
}

/** `excluded: false` and an empty reason are no exclusion. */
function isExcluded(row: Pick<RowInput, 'excluded'>): boolean {
  return row.excluded !== undefined && row.excluded !== false && row.excluded !== '';
}

/** The one form of a row that is stored and hashed. Its split is the user's own, or null while none is assigned. */
export function toStoredRow(row: RowInput, position: number): StoredRow {
  return {
    position,
    rowId: row.id ?? defaultRowId(position),
    split: isExcluded(row) ? null : (row.split ?? null),
    input: row.input,
    expected: hasExpected(row) ? (row.expected ?? null) : null,
    context: row.context === undefined ? [] : typeof row.context === 'string' ? [row.context] : row.context,
    cohort: row.cohort ?? null,
    metadata: row.metadata ?? {},
    excluded: !isExcluded(row) ? null : typeof row.excluded === 'string' ? row.excluded : 'excluded',
  };
}

export function fromStoredRow(row: StoredRow): DatasetRow {
  return {
    id: row.rowId,
    input: row.input,
    ...(row.expected !== null && { expected: row.expected }),
    context: row.context,
    ...(row.cohort !== null && { cohort: row.cohort }),
    metadata: row.metadata,
    split: row.split,
    ...(row.excluded !== null && { excluded: row.excluded }),
  };
}
