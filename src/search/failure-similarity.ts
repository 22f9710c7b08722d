import type { Measured, SearchRow } from './contract.ts';

/**
 * Which failures look alike, so that one reflection sees one cause. Compared are the words of the input (rare words, and words that
 * stand more often in failing than in passing rows, count more) and the error signature: what came out against what was expected.
 */

export interface RowOutcome {
  readonly row: SearchRow;
  readonly measured: Measured;
  readonly fails: boolean;
}

/** Cosine similarity in [0, 1] of two rows. */
export type Similarity = (a: string, b: string) => number;

/** Weight of the whole error signature in units of idf. */
const SIGNATURE = 5;
const SHORT = 60;
const SIGNATURE_WORDS = 8;

/** Similarity among these rows. */
export function failureSimilarity(outcomes: readonly RowOutcome[]): Similarity {
  const words = new Map(outcomes.map(({ row }) => [row.id, wordsOf(row.input)]));
  const weigh = wordWeights(outcomes, words);
  const vectors = new Map(
    outcomes.map((outcome) => [outcome.row.id, vectorOf(outcome, words.get(outcome.row.id) ?? new Set(), weigh)]),
  );
  return (a, b) => {
    const [one, other] = [vectors.get(a), vectors.get(b)];
    if (!one || !other || one.length === 0 || other.length === 0) return 0;
    let dot = 0;
    for (const [feature, weight] of one.weights) dot += weight * (other.weights.get(feature) ?? 0);
    return dot / (one.length * other.length);
  };
}

interface Vector {
  readonly weights: ReadonlyMap<string, number>;
  readonly length: number;
}

function vectorOf(outcome: RowOutcome, words: ReadonlySet<string>, weigh: (word: string) => number): Vector {
  const weights = new Map([...words].map((word) => [word, weigh(word)] as const));
  const signature = outcome.fails ? errorSignature(outcome) : [];
  for (const feature of signature) weights.set(feature, SIGNATURE / Math.sqrt(signature.length));
  return { weights, length: Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0)) };
}

/** idf × how much oftener the word stands in failing rows (log ratio of its rates, shifted and clamped). */
function wordWeights(outcomes: readonly RowOutcome[], words: ReadonlyMap<string, ReadonlySet<string>>) {
  const inFailing = new Map<string, number>();
  const inPassing = new Map<string, number>();
  let failing = 0;
  for (const { row, fails } of outcomes) {
    if (fails) failing += 1;
    const counts = fails ? inFailing : inPassing;
    for (const word of words.get(row.id) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const passing = outcomes.length - failing;
  return (word: string): number => {
    const bad = inFailing.get(word) ?? 0;
    const good = inPassing.get(word) ?? 0;
    const idf = Math.log((outcomes.length + 1) / (bad + good + 0.5));
    const ratio = Math.log((bad + 0.5) / (failing + 1)) - Math.log((good + 0.5) / (passing + 1));
    return Math.max(0, idf) * Math.min(3, Math.max(0.1, ratio + 0.7));
  };
}

/** What went wrong, in features that rows with the same cause share. */
function errorSignature({ row, measured }: RowOutcome): string[] {
  const { output } = measured.rollout;
  const category = measured.category === null ? [] : [`category ${measured.category}`];
  const fields = differingFields(output, row.expected);
  if (fields !== null) return [...category, ...fields.map((field) => `field ${field}`)];
  if (row.expected === '') return category;
  if (output.length <= SHORT && row.expected.length <= SHORT && !/\s\S+\s/.test(row.expected))
    return [...category, `answer ${output.trim()} => ${row.expected}`];
  const got = wordsOf(output);
  const missing = [...wordsOf(row.expected)].filter((word) => !got.has(word)).slice(0, SIGNATURE_WORDS);
  return [...category, ...missing.map((word) => `lacks ${word.replace(/\p{N}/gu, '0')}`)];
}

/** Names of the fields in which two JSON objects differ; null when one of them is none. */
function differingFields(output: string, expected: string): string[] | null {
  const [got, wanted] = [objectIn(output), objectIn(expected)];
  if (got === null || wanted === null) return null;
  const names = new Set([...Object.keys(got), ...Object.keys(wanted)]);
  return [...names].filter(
    (name) => JSON.stringify(Reflect.get(got, name)) !== JSON.stringify(Reflect.get(wanted, name)),
  );
}

function objectIn(text: string): object | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}
