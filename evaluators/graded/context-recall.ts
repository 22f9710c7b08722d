import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { missing, noExpected } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';

const GRADER: GraderPrompt = {
  id: 'context-recall',
  version: 1,
  text: `You judge whether a context holds what the expected answer to an input says.
List the statements of the expected answer one by one, at most 20, the most important first when there are more.
For each give "statement" (its words, shortened), "evidence" (the words of the context from which it follows, or "nothing in the context"), and then "verdict":
- "found": the context says it, or it follows from the context without further knowledge.
- "not-found": it does not.
The expected answer is right; the question is only whether the context would have been enough for it. The input tells what was asked and supports nothing.`,
};

const verdictSchema = z.object({
  statements: z.array(
    z.object({ statement: z.string(), evidence: z.string(), verdict: z.enum(['found', 'not-found']) }),
  ),
});

export const contextRecall = defineEvaluator({
  type: 'context-recall',
  title: 'Context recall',
  description:
    'A judge model looks for each statement of the expected answer in the context: found / statements (as RAGAS does). It measures retrieval, which no wording of the prompt changes: use it for diagnosis, not as an objective.',
  needs: ['input', 'expected', 'context'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    if (sample.expected === undefined) return noExpected();
    if (sample.context.every((document) => document.trim() === ''))
      return missing('the row has no context to look for the expected answer in');
    const { statements } = await tools.judge({
      schemaName: 'context_recall',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['context', 'input', 'expected']),
    });
    return gradeItems(
      statements.map(({ statement, ...rest }) => ({ text: statement, ...rest })),
      {
        values: { found: 1, 'not-found': 0 },
        faults: [['not-found', 'not-in-context']],
        allRight: 'statements of the expected answer are in the context',
        someWrong: 'statements of the expected answer are not in the context',
        nothing: 'the expected answer states nothing that the context could hold',
      },
    );
  },
});
