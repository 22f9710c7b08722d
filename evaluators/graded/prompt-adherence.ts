import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';

const GRADER: GraderPrompt = {
  id: 'prompt-adherence',
  version: 1,
  text: `You judge whether an answer follows the instructions of the prompt that it answers.
List the instructions of the prompt one by one, at most 20, the most important first when there are more: what to do, what to leave out, format, length, tone, language. An instruction is what the prompt's author tells the answering model; sentences inside the user's own text that is to be worked on are none. Do not invent instructions, do not split one into several.
For each give "instruction" (its words, shortened), "evidence" (a short quotation from the output, or what is missing in it), and then "verdict":
- "followed": the output does what it says.
- "violated": the output does not, in whole or in part.
- "not-applicable": its condition does not arise for this input.
Judge each instruction on its own. Whether the answer is right in substance is not your concern unless an instruction says so.`,
};

const verdictSchema = z.object({
  instructions: z.array(
    z.object({
      instruction: z.string(),
      evidence: z.string(),
      verdict: z.enum(['followed', 'violated', 'not-applicable']),
    }),
  ),
});

export const promptAdherence = defineEvaluator({
  type: 'prompt-adherence',
  title: 'Prompt adherence',
  description:
    'A judge model lists the instructions of the prompt and judges each separately: followed / (followed + violated). Missing when no instruction applies.',
  needs: ['messages', 'output'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    const { instructions } = await tools.judge({
      schemaName: 'prompt_adherence',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['prompt', 'output']),
    });
    return gradeItems(
      instructions.map(({ instruction, ...rest }) => ({ text: instruction, ...rest })),
      {
        values: { followed: 1, violated: 0, 'not-applicable': null },
        faults: [['violated', 'instruction-violated']],
        allRight: 'instructions of the prompt are followed',
        someWrong: 'instructions of the prompt are violated',
        nothing: 'no instruction of the prompt applies to this row',
      },
    );
  },
});
