import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { quote } from '../common/text.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeLevel } from './levels.ts';

const GRADER: GraderPrompt = {
  id: 'closed-qa',
  version: 1,
  text: `You decide whether an output meets a criterion of its owner, which stands before the material.
First write the reason: go through what the criterion asks for and say of each thing whether the output does it, with evidence. Do not decide before. Then give "verdict":
- "yes": the output meets the criterion in full.
- "no": it does not, or only in part.
The criterion alone decides. Where it does not say anything, be neither strict nor generous.`,
};

const LEVELS = {
  yes: { value: 1, category: null, says: 'the criterion is met' },
  no: { value: 0, category: 'criterion-not-met', says: 'the criterion is not met' },
} as const;

const verdictSchema = z.object({ reason: z.string(), verdict: z.enum(['yes', 'no']) });

const options = z.strictObject({
  criterion: z
    .string()
    .min(1)
    .max(2_000)
    .describe('A question about the output that can be answered with yes or no, or a demand on it.'),
  show: z
    .array(z.enum(['expected', 'context']))
    .default([])
    .describe('What the judge sees besides input and output.'),
});

export const closedQa = defineEvaluator({
  type: 'closed-qa',
  title: 'Closed question',
  description:
    'A judge model decides whether the output meets one criterion of yours: yes 1, no 0 (ClosedQA of OpenAI Evals and autoevals). For several criteria or a scale take `rubric`.',
  needs: ['input', 'output'],
  alsoNeeds: ({ show }) => show,
  options,
  defaultThreshold: 1,
  grader: identified(GRADER),
  async evaluate(sample, { criterion, show }, tools) {
    const { reason, verdict } = await tools.judge({
      schemaName: 'closed_qa',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', ...show, 'output'], [`Criterion: ${criterion}`]),
    });
    return gradeLevel(LEVELS[verdict], reason, { verdict }, [
      `The criterion is ${quote(criterion)}; the output is ${quote(sample.output)}`,
    ]);
  },
});
