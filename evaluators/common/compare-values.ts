import { z } from 'zod';
import { canonicalJson, deeperThan, type Json } from '../../src/domain/json.ts';
import { bagOverlap } from './bag-overlap.ts';
import { editSimilarity } from './edit-distance.ts';
import { asText, jsonEqual } from './text.ts';

const COMPARISONS = ['exact', 'ignore-case', 'number', 'set', 'levenshtein'] as const;
export const comparisonSchema = z
  .enum(COMPARISONS)
  .describe(
    '`exact`: equal JSON values. `ignore-case`: texts equal but for case and white space at both ends. `number`: equal within `tolerance`, numbers written as texts included. ' +
      '`set`: F1 of the items of two lists, in any order. `levenshtein`: similarity of two texts.',
  );
export type Comparison = (typeof COMPARISONS)[number];

/** How much of an expected value a found value has, in [0, 1]. `tolerance` is absolute and used by `number` alone. */
export function compareValues(expected: Json, found: Json, how: Comparison, tolerance: number): number {
  switch (how) {
    case 'exact':
      return Number(jsonEqual(expected, found));
    case 'ignore-case':
      return typeof expected === 'string' && typeof found === 'string'
        ? Number(expected.trim().toLowerCase() === found.trim().toLowerCase())
        : Number(jsonEqual(expected, found));
    case 'number': {
      const wanted = numberOf(expected);
      const got = numberOf(found);
      if (wanted === undefined || got === undefined) return Number(jsonEqual(expected, found));
      return Number(Math.abs(wanted - got) <= tolerance + 1e-12 * Math.abs(wanted));
    }
    case 'set':
      return bagOverlap(itemsOf(found), itemsOf(expected)).f1;
    case 'levenshtein':
      if (typeof found !== 'string' && deeperThan(found, 200)) return 0;
      return editSimilarity(asText(found), asText(expected)).similarity;
  }
}

function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?\s*$/i.test(value.slice(0, 100)))
    return undefined;
  const number = Number(value.replaceAll(',', ''));
  return Number.isFinite(number) ? number : undefined;
}

/** Distinct items as comparable texts; a value that is no list is a list of one. Items too deep to print never match. */
function itemsOf(value: Json): string[] {
  const items = Array.isArray(value) ? value : [value];
  return [...new Set(items.map((item, index) => (deeperThan(item, 200) ? `deep ${index}` : canonicalJson(item))))];
}
