import { missingVariables } from '../../domain/dataset.ts';
import { fieldError } from '../../domain/errors.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import type { Suite } from '../../domain/suite.ts';
import type { CatalogueEvaluator } from '../../lab/evaluator.ts';
import { MetricRows } from '../metric-rows.ts';
import type { DatasetSource } from '../sources.ts';
import { checkRowNeeds, needsOf } from '../suite-needs.ts';
import type { PromptAt } from './resolve-prompts.ts';
import { measuredRows } from './rows.ts';

/** Makes a pass over rows: each can fill every prompt and feed the evaluators, and gates are about some. Gives their number. */
export function rowCheck(
  request: EvaluationRequest,
  prompts: readonly PromptAt[],
  suite: Suite,
  catalogue: readonly CatalogueEvaluator[],
) {
  const needs = needsOf(suite, catalogue);
  return async (
    of: 'dataset' | 'ood',
    source: DatasetSource,
    ratio: EvaluationRequest['ratio'] | null,
    split: EvaluationRequest['split'],
  ): Promise<number> => {
    const asked = [new MetricRows(suite.gates ?? [], 'suite.gates'), new MetricRows(request.gates, 'gates')];
    const measured = split === 'all' ? 'measured' : split;
    let rows = 0;
    for await (const row of measuredRows(source, ratio ?? null, split, of)) {
      rows += 1;
      for (const metrics of asked) metrics.add(measured, row);
      for (const { path, prompt } of prompts) {
        const [missing] = missingVariables(prompt.prompt, row);
        if (missing !== undefined)
          throw fieldError(
            path,
            `the prompt uses {{${missing}}}, which row "${row.id}" of ${source.ref} does not have; rename the placeholder or add the field`,
          );
      }
      checkRowNeeds(needs, row, ` of ${source.ref}`);
    }
    if (rows === 0)
      throw fieldError(
        of === 'ood' ? 'ood.split' : 'split',
        `${source.ref} has no ${split === 'all' ? '' : `${split} `}rows that could be measured; choose another split or add rows`,
      );
    if (of === 'dataset') for (const metrics of asked) metrics.check([measured]);
    return rows;
  };
}
