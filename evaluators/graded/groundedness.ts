import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { missing } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';

const GRADER: GraderPrompt = {
  id: 'groundedness',
  version: 1,
  text: `You judge whether the factual claims of an output are supported by a context.
List the claims of the output one by one, at most 20, the most important first when there are more. A claim is a statement that could be true or false: figures, names, dates, causes, rules, recommendations presented as facts. Greetings, questions, offers of help and statements about the answer itself are no claims.
For each give "claim" (its words, shortened), "evidence" (the words of the context that decide it, or "nothing in the context"), and then "verdict":
- "supported": the context says it, or it follows from the context without further knowledge.
- "contradicted": the context says otherwise.
- "unsupported": the context does not say.
Use the context alone. What you know from elsewhere does not count, even if it is true. The input tells what was asked; it supports nothing unless it states facts itself.`,
};

const verdictSchema = z.object({
  claims: z.array(
    z.object({
      claim: z.string(),
      evidence: z.string(),
      verdict: z.enum(['supported', 'contradicted', 'unsupported']),
    }),
  ),
});

export const groundedness = defineEvaluator({
  type: 'groundedness',
  title: 'Groundedness',
  description:
    'A judge model lists the claims of the output and checks each against the context: supported / claims. Missing for an output without claims and a row without context.',
  needs: ['input', 'output', 'context'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    if (sample.context.every((document) => document.trim() === ''))
      return missing('the row has no context to check claims against');
    const { claims } = await tools.judge({
      schemaName: 'groundedness',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['context', 'input', 'output']),
    });
    return gradeItems(
      claims.map(({ claim, ...rest }) => ({ text: claim, ...rest })),
      {
        values: { supported: 1, unsupported: 0, contradicted: 0 },
        faults: [
          ['contradicted', 'contradicts-context'],
          ['unsupported', 'unsupported-claim'],
        ],
        allRight: 'claims are supported by the context',
        someWrong: 'claims of the output are not supported by the context',
        nothing: 'the output makes no claim that the context could support',
      },
    );
  },
});
