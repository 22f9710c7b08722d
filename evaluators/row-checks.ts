import { z } from 'zod';
import { type CatalogueEvaluator, defineEvaluator } from '../src/lab/evaluator.ts';
import { type FindCheck, reportSchema, rowScorer } from './common/row-checks.ts';

/** For datasets whose rows ask for different things. `find` gives the deterministic evaluators of the catalogue. */
export function rowChecksOver(find: FindCheck): CatalogueEvaluator {
  const score = rowScorer(find);
  return defineEvaluator({
    type: 'row-checks',
    title: 'Checks of the row',
    description:
      'Checks that each row brings along in `metadata.checks`: deterministic evaluators of this catalogue with their options, weights and thresholds, in groups. The value is the weighted mean; a group passes at its threshold, or without one when all its checks with a weight pass. Missing when a row has no checks, or one of them is missing.',
    needs: ['output', 'metadata'],
    options: z.strictObject({ report: reportSchema }),
    defaultThreshold: 1,
    evaluate: (sample, { report }, tools) => score(sample, report, tools),
  });
}
