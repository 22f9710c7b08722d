import { createHash } from 'node:crypto';
import { SPLITS, type Split } from '../domain/dataset.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import type { StoredRow } from '../store/dataset-rows.ts';
import { minHash, SIGNATURE } from './min-hash.ts';
import { defaultRowId } from './stored-row.ts';

/** Flags of a row. The low two bits hold the split that the user gave: 0 none, else 1 + its index in SPLITS. */
const OWN_SPLIT = 0b0011;
const EXCLUDED = 0b0100;
const WORDLESS = 0b1000;

/** Words a row has: hashes of key (2), input (2), label and cohort. */
const WORDS = 6;

/**
 * What splitting and duplicate search need to know of each row, in columns of about 90 bytes per row: a dataset of any size is split
 * without being held in memory.
 */
export class RowFeatures {
  #capacity = 1024;
  #words = new Uint32Array(this.#capacity * WORDS);
  #flags = new Uint8Array(this.#capacity);
  #signatures = new Uint16Array(this.#capacity * SIGNATURE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * Adds the next row. Its place in a split is drawn from its id, so that it is not lost when the text is corrected; a row without an id
   * of its own (the default `row-<number>`) is drawn from its content. A split of its own it keeps.
   */
  add(row: StoredRow): void {
    if (this.#size === this.#capacity) this.#grow();
    const at = this.#size;
    this.#size += 1;
    const words = this.#words.subarray(at * WORDS, (at + 1) * WORDS);
    const { position, rowId, split, ...content } = row;
    hashInto(words, 0, rowId === defaultRowId(position) ? `content ${canonicalJson(content)}` : `id ${rowId}`);
    hashInto(words, 2, canonicalJson(row.input));
    words[4] = row.expected === null ? 0 : hash32(canonicalJson(row.expected)) || 1;
    words[5] = row.cohort === null ? 0 : hash32(row.cohort);
    const worded = minHash(leafTexts(row.input), this.#signatures.subarray(at * SIGNATURE, (at + 1) * SIGNATURE));
    this.#flags[at] =
      (split === null ? 0 : 1 + SPLITS.indexOf(split)) |
      (row.excluded === null ? 0 : EXCLUDED) |
      (worded ? 0 : WORDLESS);
  }

  /** The split that the user gave. */
  ownSplit(row: number): Split | undefined {
    return SPLITS[((this.#flags[row] ?? 0) & OWN_SPLIT) - 1];
  }

  isExcluded(row: number): boolean {
    return ((this.#flags[row] ?? 0) & EXCLUDED) !== 0;
  }

  /** Whether the input has a word; inputs without one are only compared exactly. */
  hasWords(row: number): boolean {
    return ((this.#flags[row] ?? 0) & WORDLESS) === 0;
  }

  /** Hash of the expected answer; 0 without one. */
  label(row: number): number {
    return this.#words[row * WORDS + 4] ?? 0;
  }

  /** Hash of the cohort; 0 without one. */
  cohort(row: number): number {
    return this.#words[row * WORDS + 5] ?? 0;
  }

  /** Order by key: the same for the same rows, in whatever order they were uploaded. Equal keys (equal rows without ids) keep theirs. */
  compareKeys(a: number, b: number): number {
    return this.#compare(a, b, 0) || a - b;
  }

  /** Order that brings equal inputs together; 0 for equal ones. */
  compareInputs(a: number, b: number): number {
    return this.#compare(a, b, 2);
  }

  /** Hash of one band of the signature (32 bits). */
  band(row: number, first: number, length: number): number {
    let hash = first + 1;
    const start = row * SIGNATURE + first;
    for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (this.#signatures[i] ?? 0), 0x9e3779b1);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  /** Estimated Jaccard similarity of two inputs' word shingles. */
  similarity(a: number, b: number): number {
    let equal = 0;
    for (let i = 0; i < SIGNATURE; i++) {
      if (this.#signatures[a * SIGNATURE + i] === this.#signatures[b * SIGNATURE + i]) equal += 1;
    }
    return equal / SIGNATURE;
  }

  #compare(a: number, b: number, word: number): number {
    const words = this.#words;
    return (
      (words[a * WORDS + word] ?? 0) - (words[b * WORDS + word] ?? 0) ||
      (words[a * WORDS + word + 1] ?? 0) - (words[b * WORDS + word + 1] ?? 0)
    );
  }

  #grow(): void {
    this.#capacity *= 2;
    const words = new Uint32Array(this.#capacity * WORDS);
    words.set(this.#words);
    this.#words = words;
    const flags = new Uint8Array(this.#capacity);
    flags.set(this.#flags);
    this.#flags = flags;
    const signatures = new Uint16Array(this.#capacity * SIGNATURE);
    signatures.set(this.#signatures);
    this.#signatures = signatures;
  }
}

function hashInto(words: Uint32Array, at: number, text: string): void {
  const digest = createHash('sha256').update(text).digest();
  words[at] = digest.readUInt32LE(0);
  words[at + 1] = digest.readUInt32LE(4);
}

function hash32(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

/** The texts of an input without its field names, which all rows share and which would make all rows look alike. */
function leafTexts(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(leafTexts).join(' ');
  return Object.keys(value)
    .sort()
    .map((key) => leafTexts(value[key] ?? null))
    .join(' ');
}
