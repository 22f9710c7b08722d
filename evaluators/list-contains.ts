import { z } from 'zod';
import { counted } from '../src/domain/counted.ts';
import { canonicalJson, deeperThan, type Json } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { bestAssignment } from './common/assignment.ts';
import { bagOverlap } from './common/bag-overlap.ts';
import { editSimilarity } from './common/edit-distance.ts';
import { category, graded, missing, noExpected, right } from './common/grade.ts';
import { notJson } from './common/not-json.ts';
import { asText, quote, quoteList, structured } from './common/text.ts';

const FORMATS = ['auto', 'json', 'lines', 'commas'] as const;
/** Items of each list that `levenshtein` pairs; those after them count as unmatched. */
const MAX_PAIRED = 100;
/** Characters of an item that `levenshtein` reads. */
const MAX_ITEM = 500;

const options = z.strictObject({
  values: z
    .array(z.string().min(1).max(1_000))
    .min(1)
    .max(1_000)
    .optional()
    .describe('The expected items; default: the expected answer of the row, a list or a text that holds one.'),
  format: z
    .enum(FORMATS)
    .default('auto')
    .describe(
      'How the output writes its list. `json`: a JSON list. `lines`: one item a line, with or without bullets and numbers. `commas`: separated by commas. ' +
        '`auto`: JSON if it is that, else lines if there are several, else commas.',
    ),
  compare: z
    .enum(['exact', 'ignore-case', 'levenshtein'])
    .default('ignore-case')
    .describe('`levenshtein` gives part of an item for one that is spelled nearly right (100 items of each list).'),
  allowExtra: z.boolean().default(false).describe('Items that are not expected cost nothing.'),
});

export const listContains = defineEvaluator({
  type: 'list-contains',
  title: 'List items',
  description:
    'Share of the expected items that the list in the output has, in any order: similarity of the best one-to-one pairing / number of items of the longer list, ' +
    'or of the expected list when extra items are allowed (ListContains of autoevals).',
  needs: ['output', 'parsed'],
  alsoNeeds: ({ values }) => (values === undefined ? ['expected'] : []),
  options,
  defaultThreshold: 1,
  evaluate(sample, { values, format, compare, allowExtra }) {
    const { output, parsed } = sample;
    if (values === undefined && sample.expected === undefined) return noExpected();
    const wanted = values ?? expectedItems(sample.expected ?? null);
    const got = itemsOf(output, parsed, format);
    if (got === undefined) return notJson(output);
    if (wanted.length === 0 && allowExtra) return missing('the expected list is empty, so every list has its items');
    const fold = (item: string) => (compare === 'exact' ? item.trim() : item.trim().toLowerCase());
    const matched = (compare === 'levenshtein' ? pairNearest : pairEqual)(got, wanted, fold);
    const of = allowExtra ? wanted.length : Math.max(wanted.length, got.length);
    const value = of === 0 ? 1 : matched.sum / of;
    const { absent, extra } = matched;
    const details = { expected: wanted.length, found: got.length };
    const toldExtra = extra.length > 0 ? `not expected: ${quoteList(extra)}` : '';
    if (value === 1) {
      return right(`the output lists all of ${listText(wanted)}${toldExtra === '' ? '' : `; ${toldExtra}`}`, details);
    }
    const parts = [absent.length > 0 ? `missing: ${quoteList(absent)}` : '', ...matched.near, toldExtra];
    return graded(
      value,
      absent[0] !== undefined
        ? category('missing-item', absent[0])
        : matched.near.length > 0
          ? 'misspelled-item'
          : 'extra-item',
      `expected ${listText(wanted)}, got ${listText(got)}; ${parts.filter((part) => part !== '').join('; ')}`,
      details,
    );
  },
});

const listText = (items: readonly string[]) =>
  items.length === 0 ? 'an empty list' : `${counted(items.length, 'item')} (${quoteList(items)})`;

interface Matched {
  /** Sum of the similarities of the pairs. */
  readonly sum: number;
  readonly absent: readonly string[];
  readonly extra: readonly string[];
  /** Pairs that are nearly right, in words. */
  readonly near: readonly string[];
}

function pairEqual(got: readonly string[], wanted: readonly string[], fold: (item: string) => string): Matched {
  const { shared, missing: absent, extra } = bagOverlap(got.map(fold), wanted.map(fold));
  const written = new Map([...got, ...wanted].map((item) => [fold(item), item]));
  const asWritten = (items: readonly string[]) => items.map((item) => written.get(item) ?? item);
  return { sum: shared, absent: asWritten(absent), extra: asWritten(extra), near: [] };
}

/** Pairs below this similarity are told as a missing and an extra item. */
const NEAR = 0.5;

function pairNearest(got: readonly string[], wanted: readonly string[], fold: (item: string) => string): Matched {
  const found = got.slice(0, MAX_PAIRED);
  const sought = wanted.slice(0, MAX_PAIRED);
  const similarities = sought.map((want) =>
    found.map((item) => editSimilarity(fold(item.slice(0, MAX_ITEM)), fold(want.slice(0, MAX_ITEM))).similarity),
  );
  const chosen = bestAssignment(similarities);
  const absent = wanted.slice(MAX_PAIRED);
  const near: string[] = [];
  const used = new Set<number>();
  let sum = 0;
  sought.forEach((want, index) => {
    const at = chosen[index] ?? -1;
    const similarity = similarities[index]?.[at] ?? 0;
    sum += similarity;
    if (similarity < NEAR) absent.push(want);
    else {
      used.add(at);
      if (similarity < 1)
        near.push(`expected ${quote(want, 60)}, got ${quote(found[at] ?? '', 60)} (${similarity.toFixed(2)} right)`);
    }
  });
  return { sum, absent, extra: got.filter((_, index) => !used.has(index)), near: near.slice(0, 10) };
}

function expectedItems(expected: Json): string[] {
  const value = structured(expected);
  if (Array.isArray(value)) return value.map(itemText);
  return typeof value === 'string' ? (itemsOf(value, undefined, 'auto') ?? []) : [itemText(value)];
}

/** The items of a list as it stands in a text; undefined when JSON was asked for and there is no JSON list. */
function itemsOf(text: string, parsed: Json | undefined, format: (typeof FORMATS)[number]): string[] | undefined {
  if (Array.isArray(parsed) && (format === 'auto' || format === 'json')) return parsed.map(itemText);
  if (format === 'json') return undefined;
  const lines = text.split(/\r\n|[\n\r]/).filter((line) => line.trim() !== '');
  const items =
    format === 'lines' || (format === 'auto' && lines.length > 1) ? lines.map(withoutBullet) : text.split(',');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** `- item`, `* item`, `• item`, `3. item`, `3) item`. */
const withoutBullet = (line: string) => line.trim().replace(/^(?:[-*•–]|\d{1,4}[.)])\s+/, '');

function itemText(item: Json): string {
  if (item === null || typeof item !== 'object') return asText(item);
  return deeperThan(item, 200) ? 'a structure nested more than 200 levels deep' : canonicalJson(item);
}
