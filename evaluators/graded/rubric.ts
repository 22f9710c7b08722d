import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { criteriaText, gradeCriteria, scoredCriteriaSchema } from './scored-criteria.ts';

const GRADER: GraderPrompt = {
  id: 'rubric',
  version: 1,
  text: `You grade an output by criteria of its owner. The criteria are numbered and stand before the material; they alone decide.
For every criterion, in order and without leaving one out, give "criterion" (its number), "reason" (what in the output fulfils or misses it, with evidence), and then "score", a whole number of the scale that is given: the lowest number when the criterion is not met at all, the highest when it is met in full.
Judge each criterion on its own. Do not reward length.`,
};

const criterion = z.string().min(1).max(1_000);
const MAX_CRITERIA = 20;
/** Together with the grader's own text this stays within what the engine sets aside for a judge call. */
const MAX_CRITERIA_CHARACTERS = 4_000;

const options = z
  .strictObject({
    criteria: z
      .union([
        criterion,
        z
          .array(
            z.strictObject({
              criterion: criterion.describe('What is asked for, in one sentence.'),
              weight: z.number().gt(0).max(1_000).default(1).describe('How much it counts beside the others.'),
            }),
          )
          .min(1)
          .max(MAX_CRITERIA),
      ])
      .describe('What a good output does: one text, or a list of criteria with weights.'),
    scale: z
      .int()
      .min(2)
      .max(10)
      .default(5)
      .describe('Each criterion is scored from 1 to this number; 2 is no or yes.'),
    show: z
      .array(z.enum(['expected', 'context']))
      .default([])
      .describe('What the judge sees besides input and output.'),
  })
  .transform(({ criteria, ...rest }) => ({
    ...rest,
    criteria: typeof criteria === 'string' ? [{ criterion: criteria, weight: 1 }] : criteria,
  }))
  .refine(
    ({ criteria }) => Buffer.byteLength(criteria.map((each) => each.criterion).join('')) <= MAX_CRITERIA_CHARACTERS,
    `the criteria together must not be longer than ${MAX_CRITERIA_CHARACTERS} bytes`,
  );

export const rubric = defineEvaluator({
  type: 'rubric',
  title: 'Rubric',
  description:
    'A judge model scores the output by your own criteria on a scale from 1; weighted mean of (score − 1) / (scale − 1) over the criteria.',
  needs: ['input', 'output'],
  alsoNeeds: ({ show }) => show,
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { criteria, scale, show }, tools) {
    const answer = await tools.judge({
      schemaName: 'rubric',
      schema: scoredCriteriaSchema,
      messages: graderMessages(GRADER, sample, ['input', ...show, 'output'], [criteriaText(criteria, scale)]),
    });
    return gradeCriteria(answer, criteria, scale);
  },
});
