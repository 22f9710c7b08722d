import { parse as parseYaml } from 'yaml';
import type { RowInput } from '../../domain/dataset.ts';
import { type Json, type JsonObject, jsonObjectSchema } from '../../domain/json.ts';
import type { ImportRequest } from '../contract.ts';
import { type MappedAssertions, mapAssertions } from './assertion.ts';
import { fileOr, type Read, type Skip } from './files.ts';
import { leftOutOfTest } from './left-out.ts';
import { resolved } from './references.ts';
import { asJson, combinations, type PlacedTest, type PromptfooTest, varsOf } from './tests.ts';

interface TestContext {
  readonly defaults: PromptfooTest;
  readonly templates: JsonObject;
  readonly read: Read;
  readonly refusal: ImportRequest['refusal'];
  readonly skip: Skip;
}

/** A row with what its assertions ask for. */
export interface PlacedRow extends MappedAssertions {
  readonly row: RowInput;
  readonly threshold: number | undefined;
}

/** The rows of a test: one for each combination of its variables. */
export function testRows({ at, test }: PlacedTest, context: TestContext): PlacedRow[] {
  const { defaults, templates, read, refusal, skip } = context;
  leftOutOfTest(at, test, skip);
  const inFile =
    typeof test.vars === 'string'
      ? jsonObjectSchema.parse(fileOr(`file://${test.vars.replace(/^file:\/\//, '')}`, read) ?? {})
      : {};
  const vars = Object.fromEntries(
    Object.entries({ ...varsOf(defaults), ...inFile, ...varsOf(test) }).map(([name, value]) => [
      name,
      varOf(value, `${at}.vars.${name}`, read, skip),
    ]),
  );
  const bare = test.options?.['disableDefaultAsserts'] === true;
  const lists = [
    ...(bare ? [] : (defaults.assert ?? []).map((each, i) => ({ each, at: `defaultTest.assert[${i}]` }))),
    ...(test.assert ?? []).map((each, i) => ({ each, at: `${at}.assert[${i}]` })),
  ];
  const expand = (test.options ?? defaults.options)?.['disableVarExpansion'] !== true;
  const sets = expand ? combinations(vars) : [vars];
  const threshold = test.threshold ?? defaults.threshold;
  return sets.map((set) => {
    const mapped = lists.map(({ each, at: place }) =>
      mapAssertions([resolved(each, templates)], {
        at: place.replace(/\[\d+\]$/, ''),
        vars: set,
        read: (name) => (/\.(?:json|ya?ml)$/.test(name) ? asJson(parseYaml(read(name).text)) : read(name).text.trim()),
        refusal,
        skip: (_at, what, why) => skip(place, what, why),
      }),
    );
    const metadata = {
      ...defaults.metadata,
      ...test.metadata,
      ...(test.description !== undefined && { description: test.description }),
    };
    return {
      row: { input: set, ...contextOf(set), ...(Object.keys(metadata).length > 0 && { metadata }) },
      threshold,
      checks: mapped.flatMap(({ checks }) => checks),
      graded: mapped.flatMap(({ graded }) => graded),
      judgedChecks: mapped.flatMap(({ judgedChecks }) => judgedChecks),
      gradedInSets: mapped.flatMap(({ gradedInSets }) => gradedInSets),
    };
  });
}

function varOf(value: Json, at: string, read: Read, skip: Skip): Json {
  if (typeof value !== 'string' || !value.startsWith('file://')) return value;
  const name = value.slice('file://'.length);
  if (/\.(?:txt|md|json|ya?ml|csv|html)$/.test(name))
    return /\.(?:json|ya?ml)$/.test(name) ? asJson(parseYaml(read(name).text)) : read(name).text.trim();
  skip(at, value, 'variables are read from text, JSON and YAML files; it stays as it is');
  return value;
}

const contextOf = ({ context }: JsonObject): Pick<RowInput, 'context'> =>
  typeof context === 'string'
    ? { context }
    : Array.isArray(context) && context.every((each) => typeof each === 'string')
      ? { context }
      : {};
