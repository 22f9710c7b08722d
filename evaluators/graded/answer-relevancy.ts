import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { wrong } from '../common/grade.ts';
import { quote } from '../common/text.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';
import { said } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'answer-relevancy',
  version: 1,
  text: `You judge whether an output answers what the input asks and keeps to it. Whether it is right is not your concern.
List the parts of the output one by one, at most 20: statements, steps, remarks. For each give "part" (its words, shortened), "evidence" (what of the input it serves, or why it serves nothing), and then "verdict":
- "relevant": it answers the input, or the answer needs it.
- "irrelevant": about something else, repeated, or padding that could go without loss.
Short courtesies are not listed. Then give "reason" and "addresses": whether the output as a whole takes up what was asked. An evasion, an answer to another question, or saying nothing definite although it could be said does not address it; a refusal with its grounds, or a question back that is really needed, does.`,
};

const verdictSchema = z.object({
  parts: z.array(z.object({ part: z.string(), evidence: z.string(), verdict: z.enum(['relevant', 'irrelevant']) })),
  reason: z.string(),
  addresses: z.boolean(),
});

export const answerRelevancy = defineEvaluator({
  type: 'answer-relevancy',
  title: 'Answer relevancy',
  description:
    'A judge model lists the parts of the output: relevant / parts; 0 when the output does not address the input at all. Right or wrong does not matter.',
  needs: ['input', 'output'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    if (sample.output.trim() === '') return wrong('empty-output', 'the output is empty, so it answers nothing');
    const { parts, reason, addresses } = await tools.judge({
      schemaName: 'answer_relevancy',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', 'output']),
    });
    if (!addresses) {
      return wrong(
        'does-not-address',
        `the output does not address the input: ${said(reason)}\nThe output is ${quote(sample.output)}`,
      );
    }
    return gradeItems(
      parts.map(({ part, ...rest }) => ({ text: part, ...rest })),
      {
        values: { relevant: 1, irrelevant: 0 },
        faults: [['irrelevant', 'irrelevant-part']],
        allRight: 'parts of the output are relevant to the input',
        someWrong: 'parts of the output do not serve the input',
        nothing: 'the judge found no part in the output that could be relevant or not',
      },
    );
  },
});
