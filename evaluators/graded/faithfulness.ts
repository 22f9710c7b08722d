import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { missing } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';

const GRADER: GraderPrompt = {
  id: 'faithfulness',
  version: 1,
  text: `You judge whether an output renders its source faithfully, as a summary, a rewrite or a retold answer has to.
List the statements of the output one by one, at most 20, the most important first when there are more. Greetings, questions and statements about the answer itself are none.
For each give "statement" (its words, shortened), "evidence" (the words of the source that decide it, or "nothing in the source"), and then "verdict":
- "faithful": the source says it, with the same meaning, strength and conditions.
- "distorted": the source says something near, but a figure, a name, a condition, a degree of certainty or who said it has changed or was dropped.
- "invented": the source does not say it.
- "contradicted": the source says the opposite.
Only the source counts, whatever is true elsewhere. What the output leaves out is not your concern.`,
};

const verdictSchema = z.object({
  statements: z.array(
    z.object({
      statement: z.string(),
      evidence: z.string(),
      verdict: z.enum(['faithful', 'distorted', 'invented', 'contradicted']),
    }),
  ),
});

const options = z.strictObject({
  source: z
    .enum(['context', 'input'])
    .default('context')
    .describe('What the output retells: the documents of the row, or (summaries, rewrites, translations) its input.'),
});

export const faithfulness = defineEvaluator({
  type: 'faithfulness',
  title: 'Faithfulness',
  description:
    'A judge model checks each statement of the output against the source that it retells: mean of faithful 1, distorted 0.5, invented 0, contradicted 0. ' +
    'Unlike `groundedness`, a statement that has support but lost a condition or gained certainty is a fault. Missing for an output without statements and a row without source.',
  needs: ['output'],
  alsoNeeds: ({ source }) => [source],
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { source }, tools) {
    if (source === 'context' && sample.context.every((document) => document.trim() === ''))
      return missing('the row has no context to which the output could be faithful');
    const { statements } = await tools.judge({
      schemaName: 'faithfulness',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, [source, 'output'], [`The source is the section "${source}".`]),
    });
    return gradeItems(
      statements.map(({ statement, ...rest }) => ({ text: statement, ...rest })),
      {
        values: { faithful: 1, distorted: 0.5, invented: 0, contradicted: 0 },
        faults: [
          ['contradicted', 'contradicts-source'],
          ['invented', 'invented'],
          ['distorted', 'distorted'],
        ],
        allRight: 'statements render the source faithfully',
        someWrong: 'statements of the output do not render the source faithfully',
        nothing: 'the output states nothing that could be faithful to the source',
      },
    );
  },
});
