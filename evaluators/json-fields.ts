import { z } from 'zod';
import type { Json } from '../src/domain/json.ts';
import { defineEvaluator } from '../src/lab/evaluator.ts';
import { compareValues, comparisonSchema } from './common/compare-values.ts';
import { category, graded, missing, noExpected, right, wrong } from './common/grade.ts';
import { extraPaths, keysOf, leafFields, valueAt } from './common/json-paths.ts';
import { notJson } from './common/not-json.ts';
import { clip, isObject, quoteJson, quoteList, structured } from './common/text.ts';

const MAX_FIELDS = 200;
const SHOWN = 12;

const options = z.strictObject({
  fields: z
    .record(
      z.string().min(1).max(300),
      z.strictObject({
        weight: z.number().gt(0).max(1_000).default(1),
        compare: comparisonSchema.optional(),
        tolerance: z.number().min(0).optional(),
      }),
    )
    .refine((fields) => Object.keys(fields).length > 0, 'must name a field; leave "fields" out to compare all')
    .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, `at most ${MAX_FIELDS} fields`)
    .optional()
    .describe(
      'Fields by dotted path (`address.city`), with weight and comparison. Default: all fields of the expected object, weight 1, nested objects field by field.',
    ),
  compare: comparisonSchema.default('exact'),
  tolerance: z.number().min(0).default(0).describe('Absolute tolerance of `number` comparisons.'),
  penalizeExtra: z
    .boolean()
    .default(false)
    .describe(
      'Fields that the expected object does not have count as wrong fields of weight 1. Default: they are told and cost nothing.',
    ),
});
type Options = z.infer<typeof options>;

interface Field {
  readonly path: string;
  readonly weight: number;
  readonly expected: Json | undefined;
  readonly found: Json | undefined;
  readonly value: number;
}

export const jsonFields = defineEvaluator({
  type: 'json-fields',
  title: 'JSON fields',
  description:
    'Weighted share of the fields of the expected object that the output has right. The output must be JSON (one Markdown code fence around it is tolerated). ' +
    'Comparisons `set` and `levenshtein` give part of a field.',
  needs: ['output', 'parsed', 'expected'],
  options,
  defaultThreshold: 1,
  evaluate({ output, parsed, expected }, chosen) {
    if (expected === undefined) return noExpected();
    const wanted = structured(expected);
    if (!isObject(wanted))
      return missing(`the expected answer ${quoteJson(expected, 80)} is not an object, so it has no fields`);
    if (parsed === undefined) return notJson(output);
    if (!isObject(parsed)) return wrong('not-an-object', `expected a JSON object, got ${quoteJson(parsed, 80)}`);
    const fields = comparedFields(wanted, parsed, chosen);
    const extra = extraPaths(wanted, parsed, MAX_FIELDS).filter((path) => !Object.hasOwn(chosen.fields ?? {}, path));
    const penalty = chosen.penalizeExtra ? extra.length : 0;
    const total = fields.reduce((sum, field) => sum + field.weight, penalty);
    if (total === 0) return missing('the expected object has no fields');
    const value = fields.reduce((sum, field) => sum + field.weight * field.value, 0) / total;
    const broken = fields.filter((field) => field.value < 1);
    const toldExtra = extra.length > 0 ? `fields that are not expected: ${quoteList(extra)}` : '';
    if (broken.length === 0 && penalty === 0) {
      return right(`all ${fields.length} fields are right${toldExtra ? `; ${toldExtra}` : ''}`);
    }
    const lines = [
      ...broken.slice(0, SHOWN).map(describe),
      ...(broken.length > SHOWN ? [`${broken.length - SHOWN} more fields`] : []),
      toldExtra,
    ];
    return graded(
      value,
      groupOf(broken[0], extra),
      `${broken.length} of ${fields.length} fields are wrong:\n${lines
        .filter((line) => line !== '')
        .map((line) => `- ${line}`)
        .join('\n')}`,
      { wrong: broken.slice(0, SHOWN).map((field) => clip(field.path, 100)) },
    );
  },
});

function comparedFields(wanted: Record<string, Json>, found: Record<string, Json>, chosen: Options): Field[] {
  const named = Object.keys(chosen.fields ?? {}).map((path) => ({ path, keys: keysOf(wanted, path) }));
  const paths = chosen.fields ? named : leafFields(wanted, MAX_FIELDS);
  return paths.flatMap(({ path, keys }) => {
    const own = chosen.fields?.[path];
    const expected = valueAt(wanted, keys);
    const got = valueAt(found, keys);
    // A field that a row neither expects nor gets says nothing about it.
    if (expected === undefined && got === undefined) return [];
    const value =
      expected === undefined || got === undefined
        ? 0
        : compareValues(expected, got, own?.compare ?? chosen.compare, own?.tolerance ?? chosen.tolerance);
    return [{ path, weight: own?.weight ?? 1, expected, found: got, value }];
  });
}

function describe({ path, expected, found, value }: Field): string {
  const name = clip(path, 100);
  if (found === undefined) return `${name}: missing, expected ${quoteJson(expected)}`;
  if (expected === undefined) return `${name}: expected no such field, got ${quoteJson(found)}`;
  return `${name}: expected ${quoteJson(expected)}, got ${quoteJson(found)}${value > 0 ? ` (${value.toFixed(2)} right)` : ''}`;
}

function groupOf(first: Field | undefined, extra: readonly string[]): string {
  if (!first) return category('extra-field', extra[0] ?? '');
  return category(
    first.found === undefined ? 'missing-field' : first.expected === undefined ? 'extra-field' : 'wrong-field',
    first.path,
  );
}
