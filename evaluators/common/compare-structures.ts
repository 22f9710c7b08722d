import type { Json } from '../../src/domain/json.ts';
import { editSimilarity } from './edit-distance.ts';
import { clip, isObject } from './text.ts';

/** Deepest structures that are compared. */
export const STRUCTURE_DEPTH = 200;
/** Differences that are kept. */
const MAX_DIFFERENCES = 1_000;
const MAX_PATH = 100;

export interface StructureOptions {
  readonly strings: 'levenshtein' | 'exact';
  readonly numbers: 'relative' | 'exact';
}

/** A place where two structures differ. What only one of them has is undefined in the other. */
export interface Difference {
  /** Keys and positions joined by dots; empty for the outermost value. */
  readonly path: string;
  readonly expected: Json | undefined;
  readonly found: Json | undefined;
  /** What it takes away from the similarity of the whole. */
  readonly loss: number;
}

/**
 * Similarity of two JSON values in [0, 1] and where they differ, what costs most first. Neither may be nested deeper than STRUCTURE_DEPTH.
 * Objects are compared over the keys that either has, lists position by position.
 */
export function compareStructures(
  expected: Json,
  found: Json,
  options: StructureOptions,
): { readonly similarity: number; readonly differences: readonly Difference[] } {
  const differences: Difference[] = [];
  const note = (difference: Difference) => {
    if (difference.loss > 0 && differences.length < MAX_DIFFERENCES) differences.push(difference);
  };
  /** `share` is the part of the whole that these two values are. */
  const compare = (want: Json | undefined, got: Json | undefined, path: string, share: number): number => {
    const members = want === undefined || got === undefined ? null : pairs(want, got);
    if (members === null) {
      const value = want === undefined || got === undefined ? 0 : leafSimilarity(want, got, options);
      note({ path, expected: want, found: got, loss: share * (1 - value) });
      return value;
    }
    if (members.length === 0) return 1;
    let sum = 0;
    for (const [key, wantMember, gotMember] of members) {
      const at = path === '' ? key : `${path}.${key}`;
      sum += compare(wantMember, gotMember, clip(at, MAX_PATH), share / members.length);
    }
    return sum / members.length;
  };
  const similarity = compare(expected, found, '', 1);
  return { similarity, differences: differences.sort((a, b) => b.loss - a.loss) };
}

type Pair = readonly [key: string, expected: Json | undefined, found: Json | undefined];

/** The members of two objects or two lists side by side; null for anything else. */
function pairs(want: Json, got: Json): readonly Pair[] | null {
  if (Array.isArray(want) && Array.isArray(got)) {
    return Array.from({ length: Math.max(want.length, got.length) }, (_, at): Pair => [String(at), want[at], got[at]]);
  }
  if (!isObject(want) || !isObject(got)) return null;
  const own = (object: Record<string, Json>, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);
  return [...new Set([...Object.keys(want), ...Object.keys(got)])].map(
    (key): Pair => [key, own(want, key), own(got, key)],
  );
}

function leafSimilarity(want: Json, got: Json, { strings, numbers }: StructureOptions): number {
  if (want === got) return 1;
  if (typeof want === 'string' && typeof got === 'string' && strings === 'levenshtein')
    return editSimilarity(want, got).similarity;
  if (typeof want === 'number' && typeof got === 'number' && numbers === 'relative') {
    // Halves, so that the sum of two large numbers stays finite. JSON may write a number that is read as infinite.
    const scale = Math.abs(want / 2) + Math.abs(got / 2);
    return scale > 0 && scale < Infinity ? 1 - Math.abs(want / 2 - got / 2) / scale : 0;
  }
  return 0;
}
