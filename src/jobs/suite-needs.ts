import type { Row } from '../domain/dataset.ts';
import { fieldError, type ParetuneError } from '../domain/errors.ts';
import type { ModelConfig } from '../domain/model.ts';
import { type EvaluatorSpec, judgesOf, type Suite } from '../domain/suite.ts';
import type { CatalogueEvaluator, SampleField } from '../lab/evaluator.ts';

/** Something that an evaluator of the suite reads. */
export interface SuiteNeed {
  readonly field: SampleField;
  readonly spec: EvaluatorSpec;
  /** Of the evaluator in the suite. */
  readonly index: number;
}

/** Everything that the evaluators of a suite read, with the options that they have. */
export function needsOf(suite: Suite, catalogue: readonly CatalogueEvaluator[]): readonly SuiteNeed[] {
  return suite.evaluators.flatMap((spec, index) =>
    (catalogue.find((known) => known.type === spec.type)?.needsFor(spec.options) ?? []).map((field) => ({
      field,
      spec,
      index,
    })),
  );
}

/** Throws `unprocessable` when the row does not have what an evaluator needs. `of` says where the row is from. */
export function checkRowNeeds(needs: readonly SuiteNeed[], row: Row, of = ''): void {
  const unmet = needs.find(
    ({ field }) =>
      (field === 'expected' && row.expected === undefined) || (field === 'context' && row.context.length === 0),
  );
  if (unmet)
    throw unmetError(
      unmet,
      `which row "${row.id}"${of} does not have; add the field to every row or drop the evaluator`,
    );
}

/** Throws `unprocessable` when an evaluator reads calls to tools and no model that is called is offered any. */
export function checkToolNeeds(needs: readonly SuiteNeed[], called: readonly ModelConfig[]): void {
  const unmet = needs.find(({ field }) => field === 'toolCalls');
  const offered = called.some(({ providerOptions }) => {
    const tools = providerOptions?.['tools'];
    return Array.isArray(tools) && tools.length > 0;
  });
  if (unmet && !offered)
    throw unmetError(
      unmet,
      'but the prompt offers its model no tools, so there can be no calls; give the prompt "tools" (or its model "providerOptions.tools"), or drop the evaluator',
    );
}

/** Throws `unprocessable` when an evaluator is graded by a model and there is none for it. */
export function checkJudge(suite: Suite, judge: ModelConfig | null, catalogue: readonly CatalogueEvaluator[]): void {
  const index = suite.evaluators.findIndex(
    (spec) => judgesOf(spec, judge).length === 0 && catalogue.find((each) => each.type === spec.type)?.grader,
  );
  const spec = suite.evaluators[index];
  if (!spec) return;
  throw fieldError(
    'models.judge',
    `the evaluator "${spec.id}" (${spec.type}) is graded by a model; set models.judge, or "judge" of suite.evaluators.${index}`,
  );
}

function unmetError({ field, spec, index }: SuiteNeed, why: string): ParetuneError {
  return fieldError(`suite.evaluators.${index}`, `"${spec.id}" (${spec.type}) needs "${field}", ${why}`);
}
