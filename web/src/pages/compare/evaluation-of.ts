import { z } from 'zod';
import type { EvaluationBody, Job } from '../../../../src/client/index.ts';
import { splitRatioSchema } from '../../../../src/domain/dataset.ts';
import { modelConfigSchema } from '../../../../src/domain/model.ts';
import { suiteSchema } from '../../../../src/domain/suite.ts';
import { objectivesOf } from '../../data/objectives.ts';

const resolvedSchema = z.looseObject({
  dataset: z.looseObject({ ref: z.string(), rows: z.looseObject({ validation: z.number() }) }),
  split: splitRatioSchema.nullable(),
  suite: suiteSchema,
  models: z.looseObject({ task: modelConfigSchema, judge: modelConfigSchema.nullable() }),
});

type EvaluationSide = NonNullable<EvaluationBody['baseline']>;

/** The evaluation of two prompts under the conditions of a job, and what it asks for at most. */
export function evaluationOf(
  name: string,
  sides: { readonly baseline: EvaluationSide; readonly candidate: EvaluationSide },
  job: Pick<Job, 'resolved'>,
): { readonly request: EvaluationBody; readonly rows: number; readonly model: string } {
  const { dataset, split, suite, models } = resolvedSchema.parse(job.resolved);
  const headline = objectivesOf(job).headline.metric;
  const isOfEvaluator = suite.evaluators.some(({ id }) => headline === id || headline.startsWith(`${id}.`));
  return {
    rows: dataset.rows.validation,
    model: models.task.model,
    request: {
      name: name.slice(0, 200),
      baseline: sides.baseline,
      candidates: [sides.candidate],
      dataset: dataset.ref,
      split: 'validation',
      ...(split && { ratio: split }),
      suite,
      ...(isOfEvaluator && { headline }),
      models: { task: models.task, ...(models.judge && { judge: models.judge }) },
    },
  };
}
