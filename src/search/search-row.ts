import { asText, type Row } from '../domain/dataset.ts';
import type { SearchRow } from './contract.ts';

/** A dataset row as a search sees it: everything as text, for reflection prompts. */
export function searchRow(row: Row): SearchRow {
  return {
    id: row.id,
    input: asText(row.input),
    expected: row.expected === undefined ? '' : asText(row.expected),
    context: row.context.join('\n\n'),
    ...(row.cohort !== undefined && { cohort: row.cohort }),
    metadata: row.metadata,
  };
}
