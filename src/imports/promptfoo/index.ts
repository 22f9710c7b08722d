import { parse as parseYaml } from 'yaml';
import { fieldError } from '../../domain/errors.ts';
import { type JsonObject, jsonObjectSchema } from '../../domain/json.ts';
import type { Imported, Importer, ImportFile, ImportRequest, NotMapped } from '../contract.ts';
import { fileOr } from './files.ts';
import { leftOutOfConfiguration, leftOutOfTest } from './left-out.ts';
import { promptsOf } from './prompts.ts';
import { testRows } from './rows.ts';
import { assembled } from './suite.ts';
import { scenarioTests, testSchema, testsOf } from './tests.ts';

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
  leftOutOfConfiguration(config, skip);
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
  leftOutOfTest('defaultTest', defaults, skip);
  const tests = [...testsOf(config['tests'], read, skip), ...scenarioTests(config['scenarios'])];
  const rows = tests.flatMap((placed) =>
    testRows(placed, { defaults, templates, read, refusal: request.refusal, skip }),
  );
  return { prompts, ...assembled(request.name, rows), notMapped };
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
