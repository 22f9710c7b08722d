import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema } from '../../domain/json.ts';
import { recordsOf } from '../records.ts';
import type { Read, Skip } from './files.ts';

export const testSchema = z.looseObject({
  description: z.string().optional(),
  vars: z.union([jsonObjectSchema, z.string()]).optional(),
  assert: z.array(z.unknown()).optional(),
  threshold: z.number().optional(),
  metadata: jsonObjectSchema.optional(),
  options: z.looseObject({}).optional(),
});
export type PromptfooTest = z.infer<typeof testSchema>;

const scenarioSchema = z.object({
  config: z.array(testSchema).default([{}]),
  tests: z.array(testSchema).default([{}]),
});

/** A test with the place where it stands. */
export interface PlacedTest {
  readonly at: string;
  readonly test: PromptfooTest;
}

/** The tests that a configuration lists, or that the files hold that it names. */
export function testsOf(value: Json | undefined, read: Read, skip: Skip): PlacedTest[] {
  const entries = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return entries.flatMap((entry, index): PlacedTest[] => {
    const at = `tests[${index}]`;
    if (typeof entry !== 'string') return [{ at, test: testSchema.parse(entry) }];
    const name = entry.replace(/^file:\/\//, '');
    if (/^https?:|^huggingface:|[*?]/.test(name) || !/\.(?:ya?ml|json|jsonl|csv)$/.test(name)) {
      skip(at, entry, 'tests are read from .yaml, .json, .jsonl and .csv files, named one by one');
      return [];
    }
    const file = read(name);
    if (/\.csv$/.test(name)) return recordsOf(file).map((record) => ({ at: record.at, test: csvTest(record.value) }));
    if (/\.jsonl$/.test(name))
      return recordsOf(file).map((record) => ({ at: record.at, test: testSchema.parse(record.value) }));
    const parsed = asJson(parseYaml(file.text));
    return (Array.isArray(parsed) ? parsed : [parsed]).map((test, i) => ({
      at: `${name}[${i}]`,
      test: testSchema.parse(test),
    }));
  });
}

/** Scenarios are every configuration with every test. */
export function scenarioTests(scenarios: Json | undefined): PlacedTest[] {
  const parsed = z.array(scenarioSchema).safeParse(scenarios ?? []);
  if (!parsed.success) return [];
  return parsed.data.flatMap(({ config, tests }, s) =>
    config.flatMap((data, c) =>
      tests.map((test, t) => ({
        at: `scenarios[${s}].config[${c}].tests[${t}]`,
        test: {
          ...data,
          ...test,
          vars: { ...varsOf(data), ...varsOf(test) },
          assert: [...(data.assert ?? []), ...(test.assert ?? [])],
        },
      })),
    ),
  );
}

export const varsOf = ({ vars }: PromptfooTest): JsonObject =>
  vars === undefined || typeof vars === 'string' ? {} : vars;

/** One set of variables per combination of those that are lists of texts; other lists are values. */
export function combinations(vars: JsonObject): JsonObject[] {
  return Object.entries(vars).reduce<JsonObject[]>(
    (sets, [name, value]) => {
      const each = Array.isArray(value) && typeof value[0] === 'string' ? value : [value];
      return sets.flatMap((set) => each.map((one) => ({ ...set, [name]: one })));
    },
    [{}],
  );
}

/** The short form of assertions in CSV: `type:value`, `type(threshold):value`, else equals. */
function csvAssertion(text: string): JsonObject {
  const short =
    /^(not-)?(grade|llm-rubric|fn|eval|javascript|python|similar|[a-z][a-z-]*)(?:\(([\d.]+)\))?:([\s\S]*)$/.exec(text);
  if (!short) return { type: 'equals', value: text };
  const [, not = '', kind = '', threshold, value = ''] = short;
  const type = kind === 'grade' ? 'llm-rubric' : kind === 'fn' || kind === 'eval' ? 'javascript' : kind;
  return {
    type: `${not}${type}`,
    value: value.trim(),
    ...(threshold !== undefined && { threshold: Number(threshold) }),
  };
}

/** A line of a CSV file of tests. */
function csvTest(record: JsonObject): PromptfooTest {
  const vars: JsonObject = {};
  const metadata: JsonObject = {};
  const assert: JsonObject[] = [];
  let [description, threshold]: [string | undefined, number | undefined] = [undefined, undefined];
  for (const [column, cell] of Object.entries(record)) {
    const text = String(cell ?? '');
    if (!column.startsWith('__')) vars[column] = cell;
    else if (text === '') continue;
    else if (/^__expected\d*$/.test(column)) assert.push(csvAssertion(text));
    else if (column === '__description') description = text;
    else if (column === '__threshold') threshold = Number(text);
    else if (column.startsWith('__metadata:')) {
      const [, key = '', list] = /^__metadata:(.*?)(\[\])?$/.exec(column) ?? [];
      metadata[key] = list ? text.split(',').map((each) => each.trim()) : text;
    } else metadata[column] = text;
  }
  return {
    vars,
    assert,
    metadata,
    ...(description !== undefined && { description }),
    ...(threshold !== undefined && { threshold }),
  };
}

export const asJson = (value: unknown): Json => jsonSchema.parse(value);
