import type { Row } from '../domain/dataset.ts';
import type { Components } from '../domain/prompt.ts';

/** Words in a row that make a quote: shorter runs are ordinary language. */
const QUOTE_WORDS = 10;
/** With a number of four digits or more among them, fewer words point at one input: customers and orders have such numbers. */
const NUMBERED_WORDS = 4;
const LONG_NUMBER = /\d{4,}/;
/** Words named side by side that make a description of one input, if one input alone has them all: a rule names one or two, or alternatives. */
const NAMED_WORDS = 4;
/** `"one", "two" and "three"`: a list of short quoted pieces, whatever the quotation marks and what stands between them. */
const QUOTED_LIST = /(?:["“«`][^"”»`\n]{1,40}["”»`](?:,? (?:and|or|und|oder|et|y) |[,/ ]+)?){4,}/gi;
const QUOTED = /["“«`]([^"”»`]+)["”»`]/g;

/**
 * Finds what in a text points at one dataset input: long word-for-word quotes, and lists of words that only this input has together. A
 * prompt that memorises rows does not generalise, and leaks data. It knows the rows that it was shown: those that the search has measured,
 * for a reflection model cannot quote what it has never seen, and the words of a whole dataset may not fit into memory.
 */
export class CopyDetector {
  readonly #shingles = new Map<string, string>();
  /** Numbered runs; null = several rows have it, so that it points at none. */
  readonly #numbered = new Map<string, string | null>();
  /** Rows that have a word. */
  readonly #rowsWith = new Map<string, Set<string>>();
  readonly #allowed: ReadonlySet<string>;
  readonly #allowedWords: ReadonlySet<string>;
  readonly #shown = new Set<string>();

  /** Quotes that the baseline itself holds are the user's own and allowed. */
  constructor(shown: Iterable<Row>, baseline: Components) {
    const texts = Object.values(baseline);
    this.#allowed = new Set(texts.flatMap((text) => [...shingles(text), ...numberedRuns(text)]));
    this.#allowedWords = new Set(texts.flatMap(wordsOf));
    for (const row of shown) this.show(row);
  }

  show(row: Row): void {
    if (this.#shown.has(row.id)) return;
    this.#shown.add(row.id);
    const text =
      typeof row.input === 'string'
        ? row.input
        : Object.values(row.input)
            .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
            .join(' ');
    for (const shingle of shingles(text)) {
      if (!this.#allowed.has(shingle) && !this.#shingles.has(shingle)) this.#shingles.set(shingle, row.id);
    }
    for (const run of new Set(numberedRuns(text))) {
      if (!this.#allowed.has(run)) this.#numbered.set(run, this.#numbered.has(run) ? null : row.id);
    }
    for (const word of new Set(wordsOf(text))) {
      const rows = this.#rowsWith.get(word) ?? new Set();
      this.#rowsWith.set(word, rows.add(row.id));
    }
  }

  /** Id of a row that the text quotes or describes by its words, or undefined. */
  find(text: string): string | undefined {
    for (const shingle of shingles(text)) {
      const row = this.#shingles.get(shingle);
      if (row !== undefined) return row;
    }
    for (const run of numberedRuns(text)) {
      const row = this.#numbered.get(run);
      if (row) return row;
    }
    for (const [list] of text.matchAll(QUOTED_LIST)) {
      const row = this.#describedBy(list);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** The one row that has all words of a list, where they are enough to describe it. */
  #describedBy(list: string): string | undefined {
    const named = new Set(Array.from(list.matchAll(QUOTED), ([, piece = '']) => wordsOf(piece)).flat());
    const telling = [...named].filter((word) => !this.#allowedWords.has(word));
    if (telling.length < NAMED_WORDS) return undefined;
    const [first = new Set<string>(), ...others] = telling.map((word) => this.#rowsWith.get(word) ?? new Set<string>());
    const rows = [...first].filter((row) => others.every((each) => each.has(row)));
    return rows.length === 1 ? rows[0] : undefined;
  }
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const shingles = (text: string): string[] => runs(text, QUOTE_WORDS);

const numberedRuns = (text: string): string[] => runs(text, NUMBERED_WORDS).filter((run) => LONG_NUMBER.test(run));

function runs(text: string, length: number): string[] {
  const words = wordsOf(text);
  const found: string[] = [];
  for (let at = 0; at + length <= words.length; at++) found.push(words.slice(at, at + length).join(' '));
  return found;
}
