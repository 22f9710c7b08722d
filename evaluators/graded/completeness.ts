import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { noExpected, wrong } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';

const GRADER: GraderPrompt = {
  id: 'completeness',
  version: 1,
  text: `You judge whether an output covers everything that it has to cover.
List the points that a complete output has one by one, at most 20, the most important first when there are more: where an expected answer is given, the points that it makes; else every question, wish and condition of the input. Do not invent points, do not split one into several.
For each give "point" (its words, shortened), "evidence" (the words of the output that cover it, or "nothing in the output"), and then "verdict":
- "covered": the output deals with it in substance.
- "partly": it is touched, but something that matters is left out.
- "missing": the output does not deal with it.
Whether what is said is right, and what is said besides, is not your concern.`,
};

const verdictSchema = z.object({
  points: z.array(
    z.object({ point: z.string(), evidence: z.string(), verdict: z.enum(['covered', 'partly', 'missing']) }),
  ),
});

const options = z.strictObject({
  against: z
    .enum(['input', 'expected'])
    .default('input')
    .describe('Where the points come from: what the input asks for, or what the expected answer says.'),
});

export const completeness = defineEvaluator({
  type: 'completeness',
  title: 'Completeness',
  description:
    'A judge model lists the points that a complete output has and looks for each: mean of covered 1, partly 0.5, missing 0. Missing score when there is no point to cover.',
  needs: ['input', 'output'],
  alsoNeeds: ({ against }) => (against === 'expected' ? ['expected'] : []),
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { against }, tools) {
    if (against === 'expected' && sample.expected === undefined) return noExpected();
    if (sample.output.trim() === '') return wrong('empty-output', 'the output is empty, so it covers nothing');
    const { points } = await tools.judge({
      schemaName: 'completeness',
      schema: verdictSchema,
      messages: graderMessages(
        GRADER,
        sample,
        against === 'expected' ? ['input', 'expected', 'output'] : ['input', 'output'],
      ),
    });
    return gradeItems(
      points.map(({ point, ...rest }) => ({ text: point, ...rest })),
      {
        values: { covered: 1, partly: 0.5, missing: 0 },
        faults: [
          ['missing', 'point-missing'],
          ['partly', 'point-partly-covered'],
        ],
        allRight: 'points are covered',
        someWrong: 'points are not covered, or in part',
        nothing: 'there is no point that the output would have to cover',
      },
    );
  },
});
