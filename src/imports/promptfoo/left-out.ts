import type { JsonObject } from '../../domain/json.ts';
import type { Skip } from './files.ts';
import type { PromptfooTest } from './tests.ts';

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

/** Whatever of a configuration is not looked at. */
export function leftOutOfConfiguration(config: JsonObject, skip: Skip): void {
  for (const [name, value] of Object.entries(config)) {
    if (KNOWN.has(name)) continue;
    skip(name, typeof value === 'object' ? name : `${name}: ${String(value)}`, RUNNING[name] ?? 'it is not known');
  }
}

/** Whatever of a test is not looked at. */
export function leftOutOfTest(at: string, test: PromptfooTest, skip: Skip): void {
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
