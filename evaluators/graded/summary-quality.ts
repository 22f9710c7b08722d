import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { missing, wrong } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { criteriaText, gradeCriteria, scoredCriteriaSchema } from './scored-criteria.ts';

const GRADER: GraderPrompt = {
  id: 'summary-quality',
  version: 1,
  text: `You grade an output as a summary of its source. The criteria are numbered and stand before the material.
For every criterion, in order and without leaving one out, give "criterion" (its number), "reason" (what in the summary fulfils or misses it, with evidence), and then "score", a whole number of the scale that is given: the lowest number when the criterion is not met at all, the highest when it is met in full.
Judge each criterion on its own. Do not reward length.`,
};

/** The dimensions of SummEval (Fabbri et al., TACL 2021), and brevity, which its human judges were not asked for. */
const DIMENSIONS = {
  relevance: 'It holds the important content of the source, and only that.',
  consistency: 'Everything in it is in the source: nothing is added, changed or contradicted.',
  coherence: 'Its sentences build on each other to a well-organised whole.',
  fluency: 'Each of its sentences is well formed and easy to read.',
  brevity: 'It says this in as few words as it takes: no repetition, no detail that a reader in a hurry would skip.',
} as const;
const NAMES = ['relevance', 'consistency', 'coherence', 'fluency', 'brevity'] as const;
const SCALE = 5;

const options = z.strictObject({
  dimensions: z
    .array(z.enum(NAMES))
    .min(1)
    .default([...NAMES])
    .transform((names) => NAMES.filter((name) => names.includes(name)))
    .describe('What is graded.'),
  source: z.enum(['input', 'context']).default('input').describe('What is summarised.'),
});

export const summaryQuality = defineEvaluator({
  type: 'summary-quality',
  title: 'Summary quality',
  description:
    'A judge model grades the output as a summary of its source on a scale of 1 to 5 by relevance, consistency, coherence, fluency (the dimensions of SummEval, 2021) and brevity: mean of (score − 1) / 4.',
  needs: ['output'],
  alsoNeeds: ({ source }) => [source],
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { dimensions, source }, tools) {
    if (source === 'context' && sample.context.every((document) => document.trim() === ''))
      return missing('the row has no context that could be summarised');
    if (sample.output.trim() === '') return wrong('empty-output', 'the output is empty, so it summarises nothing');
    const criteria = dimensions.map((name) => ({ criterion: `${name}: ${DIMENSIONS[name]}`, weight: 1 }));
    const answer = await tools.judge({
      schemaName: 'summary_quality',
      schema: scoredCriteriaSchema,
      messages: graderMessages(
        GRADER,
        sample,
        [source, 'output'],
        [criteriaText(criteria, SCALE), `The source is the section "${source}".`],
      ),
    });
    return gradeCriteria(answer, criteria, SCALE, (_text, index) => dimensions[index] ?? '');
  },
});
