import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { eld } from 'eld/small';
import type { Row } from '../domain/dataset.ts';

/** Characters that are looked at: the detector is no better with more, and slower. */
const LOOKED_AT = 300;
/** Letters without which a text says nothing of its language. */
const MIN_LETTERS = 20;
/** Rows between two looks at what else there is to do. */
const SLICE = 100;

const known = new WeakMap<Row, string | null>();

/** ISO 639-1 code of the language in which the input of a row is written; null when it is too short or not to be told. */
export function rowLanguage(row: Row): string | null {
  const seen = known.get(row);
  if (seen !== undefined) return seen;
  const language = languageOf(textOf(row.input));
  known.set(row, language);
  return language;
}

/** Looks at many rows before anybody needs to know, without holding up the rest of the service. */
export async function tellLanguages(rows: readonly Row[]): Promise<void> {
  for (const [index, row] of rows.entries()) {
    if (index % SLICE === SLICE - 1) await yieldToEvents();
    rowLanguage(row);
  }
}

/** The words of an input with several fields, without the names of the fields. */
const textOf = (input: Row['input']): string =>
  typeof input === 'string'
    ? input
    : Object.values(input)
        .filter((value) => typeof value === 'string')
        .join(' ');

function languageOf(text: string): string | null {
  const shown = text.slice(0, LOOKED_AT);
  if ((shown.match(/\p{L}/gu)?.length ?? 0) < MIN_LETTERS) return null;
  const found = eld.detect(shown);
  return found.isReliable() && found.language !== '' ? found.language : null;
}
