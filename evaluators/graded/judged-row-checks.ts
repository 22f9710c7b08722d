import { z } from 'zod';
import { modelConfigSchema } from '../../src/domain/model.ts';
import { type CatalogueEvaluator, defineEvaluator, type EvaluatorTools, JudgeFailed } from '../../src/lab/evaluator.ts';
import { type FindCheck, type RowScorer, reportSchema, rowScorer } from '../common/row-checks.ts';
import { identified } from './grader.ts';

const MAX_JUDGE_CALLS = 20;

/**
 * Row checks of which some ask a model. `catalogue` gives every evaluator that looks at one rollout alone; those with a grader are part of
 * what identifies a score.
 */
export function judgedRowChecksOver(
  find: (type: string) => CatalogueEvaluator | undefined,
  graders: readonly CatalogueEvaluator[],
): CatalogueEvaluator {
  const scorers = new WeakMap<object, RowScorer>();
  return defineEvaluator({
    type: 'judged-row-checks',
    title: 'Judged checks of the row',
    description:
      'As row-checks, with checks that a judge model decides (`rubric`, `closed-qa`, `factual-accuracy`, …) or embeddings (`embedding-similarity`) beside the deterministic ones. Where all rows ask the same of a judge, its evaluator in the suite is better: it has a figure and a judge card of its own.',
    needs: ['output', 'metadata'],
    options: z.strictObject({
      report: reportSchema,
      judgeCalls: z
        .int()
        .min(1)
        .max(MAX_JUDGE_CALLS)
        .default(1)
        .describe('Checks of one row that ask the judge, at most: so much is set aside for a score.'),
      model: modelConfigSchema
        .optional()
        .describe('The embeddings model of `embedding-similarity`, which rows do not choose themselves.'),
    }),
    defaultThreshold: 1,
    grader: identified({
      id: 'judged-row-checks',
      version: 1,
      text: graders.map(({ type, grader }) => `${type} ${grader?.hash}`).join('\n'),
    }),
    judgeCalls: ({ judgeCalls }) => judgeCalls,
    reaches: ({ model }) => (model ? { models: [model] } : {}),
    evaluate(sample, options, tools) {
      const { report, judgeCalls, model } = options;
      const score = scorers.get(options) ?? rowScorer(withModel(find, model));
      scorers.set(options, score);
      return score(sample, report, limited(tools, judgeCalls));
    },
  });
}

/** Which models are called is checked before a job is accepted, so a row cannot name one. */
function withModel(
  find: (type: string) => CatalogueEvaluator | undefined,
  model: z.infer<typeof modelConfigSchema> | undefined,
): FindCheck {
  return (type) => {
    const found = find(type);
    if (!found?.remote) return found;
    return {
      defaultThreshold: found.defaultThreshold,
      prepare: (options) => {
        if (!model) throw new Error(`"${type}" needs "model" in the options of judged-row-checks`);
        return found.prepare({ ...(typeof options === 'object' && options), model });
      },
    };
  };
}

/** Tools that ask the judge so often, and then no more: what is not set aside is not spent. */
function limited(tools: EvaluatorTools, judgeCalls: number): EvaluatorTools {
  let calls = 0;
  return {
    ...tools,
    judge: (request) => {
      calls += 1;
      if (calls <= judgeCalls) return tools.judge(request);
      return Promise.reject(
        new JudgeFailed(
          `the row has more than ${judgeCalls} checks for the judge; raise "judgeCalls" of its evaluator`,
        ),
      );
    },
  };
}
