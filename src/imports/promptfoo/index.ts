import { parse as parseYaml } from 'yaml';
import type { RowInput } from '../../domain/dataset.ts';
import { fieldError } from '../../domain/errors.ts';
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema } from '../../domain/json.ts';
import type { EvaluatorSpec, Suite } from '../../domain/suite.ts';
import type { Imported, Importer, ImportFile, ImportRequest, NotMapped } from '../contract.ts';
import { recordsOf } from '../records.ts';
import { type Graded, type MappedAssertions, mapAssertions } from './assertion.ts';
import { promptsOf } from './prompts.ts';
import { resolved } from './references.ts';
import {
  asJson,
  combinations,
  csvTest,
  type PlacedTest,
  type PromptfooTest,
  scenarioTests,
  testSchema,
  varsOf,
} from './tests.ts';

/** Members of a configuration that say how to run it, not what is asked. */
const RUNNING: Readonly<Record<string, string>> = {
  providers: 'models are chosen in the job: models.task',
  targets: 'models are chosen in the job: models.task',
  evaluateOptions: 'concurrency, repeats and caching are set in the job',
  commandLineOptions: 'options of another command line',
  outputPath: 'results are kept with the job',
  sharing: 'results are kept with the job',
  env: 'set the environment of the service',
  extensions: 'hooks are code',
  nunjucksFilters: 'filters are code',
  derivedMetrics: 'objectives take several metrics instead; weighted combines evaluators',
  assertScoringFunction: 'scoring functions are code; checks are combined by weight',
  redteam: 'attacks are not generated',
  tracing: 'traces are kept with the job',
};
const KNOWN = new Set([
  'description',
  'tags',
  'prompts',
  'tests',
  'defaultTest',
  'scenarios',
  'assertionTemplates',
  '$schema',
  'metadata',
]);
/** Members of a test that have a place here. */
const TEST_KNOWN = new Set(['description', 'vars', 'assert', 'threshold', 'metadata', 'options']);
const OPTION_KNOWN = new Set(['prefix', 'suffix', 'disableDefaultAsserts', 'disableVarExpansion']);

/** promptfoo configurations: prompts, tests as rows with their checks, and a suite that scores them as promptfoo does. */
export const promptfoo: Importer = {
  format: 'promptfoo',
  title: 'promptfoo configuration',
  source: 'promptfoo documentation, "Configuration reference" and "Assertions & metrics"',
  read(request) {
    const [file, more] = request.files;
    if (!file || more) throw fieldError('files', 'import one configuration at a time');
    return readConfiguration(file, request);
  },
};

function readConfiguration(file: ImportFile, request: ImportRequest): Imported {
  const config = configOf(file);
  const notMapped: NotMapped[] = [];
  const skip = (at: string, what: string, why: string) => notMapped.push({ at: `${file.path} ${at}`, what, why });
  for (const [name, value] of Object.entries(config)) {
    if (KNOWN.has(name)) continue;
    skip(name, typeof value === 'object' ? name : `${name}: ${String(value)}`, RUNNING[name] ?? 'it is not known');
  }
  const read = (name: string) => request.open(name, file.path);
  const defaults = testSchema.parse(fileOr(config['defaultTest'], read) ?? {});
  const own = (options: unknown, name: string): string => {
    const value = jsonObjectSchema.safeParse(options).data?.[name];
    return typeof value === 'string' ? value : '';
  };
  const prompts = promptsOf(fileOr(config['prompts'], read, /\.ya?ml$/), {
    name: request.name,
    readText: (name) => read(name).text,
    prefix: own(defaults.options, 'prefix'),
    suffix: own(defaults.options, 'suffix'),
    skip,
  });
  const templates = jsonObjectSchema.catch({}).parse(config['assertionTemplates'] ?? {});
  leftOut('defaultTest', defaults, skip);
  const tests = [...testsOf(config['tests'], read, skip), ...scenarioTests(config['scenarios'])];
  const rows = tests.flatMap((placed) => testRows(placed, { defaults, templates, read, request, skip, file }));
  return { prompts, ...assembled(request.name, rows, skip), notMapped };
}

function configOf(file: ImportFile): JsonObject {
  try {
    return jsonObjectSchema.parse(parseYaml(file.text, { merge: true }));
  } catch (error) {
    throw fieldError(
      file.path,
      `is no promptfoo configuration: ${error instanceof Error ? error.message.split('\n')[0] : 'not readable'}`,
    );
  }
}

type Read = (name: string) => ImportFile;
type Skip = (at: string, what: string, why: string) => void;

/** What stands in a file that a value names, else the value. */
function fileOr(value: Json | undefined, read: Read, only = /\.(?:ya?ml|json)$/): Json | undefined {
  if (typeof value !== 'string' || !value.startsWith('file://') || !only.test(value)) return value;
  return jsonSchema.parse(parseYaml(read(value.slice('file://'.length)).text));
}

function testsOf(value: Json | undefined, read: Read, skip: Skip): PlacedTest[] {
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

/** Whatever of a test is not looked at. */
function leftOut(at: string, test: PromptfooTest, skip: Skip): void {
  for (const name of Object.keys(test))
    if (!TEST_KNOWN.has(name)) skip(`${at}.${name}`, name, RUNNING[name] ?? 'it has no equal for a single row');
  for (const name of Object.keys(test.options ?? {})) {
    if (OPTION_KNOWN.has(name) && (at === 'defaultTest' || !/fix$/.test(name))) continue;
    const why =
      /^transform/.test(name) || name === 'postprocess'
        ? 'it is code; the output is scored as it is'
        : /fix$/.test(name)
          ? 'the prompt is the same for all rows; put it into a variable'
          : 'it has no equal for a single row';
    skip(`${at}.options.${name}`, name, why);
  }
}

interface TestContext {
  readonly defaults: PromptfooTest;
  readonly templates: JsonObject;
  readonly read: Read;
  readonly request: ImportRequest;
  readonly skip: Skip;
  readonly file: ImportFile;
}

interface PlacedRow extends MappedAssertions {
  readonly row: RowInput;
  readonly threshold: number | undefined;
}

function testRows({ at, test }: PlacedTest, context: TestContext): PlacedRow[] {
  const { defaults, templates, read, request, skip } = context;
  leftOut(at, test, skip);
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
        refusal: request.refusal,
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

/** Rows with their checks, and the suite that goes with them. */
function assembled(name: string, placed: readonly PlacedRow[], skip: Skip): Pick<Imported, 'datasets' | 'suites'> {
  if (placed.length === 0) return { datasets: [], suites: [] };
  const graded = sharedGraded(placed, skip);
  const withReference = graded.some(({ expected }) => expected !== undefined);
  const rows = placed.map(({ row, checks, threshold, graded: own }): RowInput => {
    const reference = withReference
      ? own.find(({ expected }) => expected !== undefined)?.expected
      : soleExpected(checks);
    return {
      ...row,
      ...(reference !== undefined && { expected: reference }),
      metadata: {
        ...row.metadata,
        ...(checks.length > 0 && {
          checks: {
            checks: [...checks],
            ...(threshold !== undefined && { threshold: Math.min(1, Math.max(0, threshold)) }),
          },
        }),
      },
    };
  });
  if (graded.length > 0 && placed.some(({ threshold }) => threshold !== undefined))
    skip(
      'threshold',
      'the threshold of a test, for its model-graded assertions',
      'it holds for the other checks of the row; combine all of them with "weighted" to weigh both',
    );
  const checked = placed.some(({ checks }) => checks.length > 0);
  const evaluators: EvaluatorSpec[] = [
    ...(checked
      ? [
          { id: 'assertions', type: 'row-checks' },
          { id: 'passed', type: 'row-checks', options: { report: 'pass' } },
        ]
      : []),
    ...graded.map(({ type, options, threshold, negate }, index) => ({
      id: `${type}-${index + 1}`,
      type,
      ...(Object.keys(options).length > 0 && { options }),
      ...(threshold !== undefined && { threshold: Math.min(1, Math.max(0, threshold)) }),
      ...(negate && { negate: true }),
    })),
  ];
  const suite: Suite | null = evaluators.length > 0 ? { evaluators } : null;
  return { datasets: [{ name, rows }], suites: suite ? [{ name, suite }] : [] };
}

/** The text that a row's one `equals` asks for: what other evaluators and reports show as the right answer. */
function soleExpected(checks: readonly JsonObject[]): Json | undefined {
  const equal = checks.filter((check) => check['type'] === 'exact-match' && check['negate'] !== true);
  return equal.length === 1 ? equal[0]?.['expected'] : undefined;
}

/** Model-graded assertions that all tests share; the references may differ. Others are named. */
function sharedGraded(placed: readonly PlacedRow[], skip: Skip): readonly Graded[] {
  const keyOf = ({ type, options, threshold, negate }: Graded) =>
    JSON.stringify([type, options, threshold ?? null, negate]);
  const first = placed[0]?.graded ?? [];
  const shared = first.filter((each) =>
    placed.every(({ graded }) => graded.some((other) => keyOf(other) === keyOf(each))),
  );
  const keys = new Set(shared.map(keyOf));
  placed.forEach(({ graded }, index) => {
    for (const each of graded)
      if (!keys.has(keyOf(each)))
        skip(
          `row ${index + 1}`,
          each.type,
          'a judge is asked the same of all rows; move it to defaultTest, or say in one rubric what holds when',
        );
  });
  if (shared.some(({ weight }) => weight !== 1))
    skip(
      'assert',
      'weights of model-graded assertions',
      'they are evaluators of their own; combine them with "weighted"',
    );
  return shared;
}
