import { z } from 'zod';
import { defineEvaluator, JudgeFailed } from '../../src/lab/evaluator.ts';
import { right } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';
import { MAX_CALLS } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'tool-selection-accuracy',
  version: 1,
  text: `You judge whether a model asked for the right tools. Its calls are numbered [1], [2], … in the section "calls"; the tools that there were stand before the material when they are known.
For every call, in order and without leaving one out, give "call" (its number), "evidence" (what the task asks for and what the call does), and then "verdict":
- "right": this tool is a good choice here, and its arguments fit the input.
- "wrong-arguments": the right tool, with arguments that are wrong, missing or made up.
- "wrong-tool": another tool, or none, should have been called in its place.
- "unneeded": the task does not need the call, or it repeats an earlier one.
Then list under "missing" the calls that the task needs and that were not made: "call" (tool and purpose) and "evidence" (why it is needed); empty when there are none. Do not ask for tools that there were not.`,
};

const verdictSchema = z.object({
  calls: z.array(
    z.object({
      call: z.int(),
      evidence: z.string(),
      verdict: z.enum(['right', 'wrong-arguments', 'wrong-tool', 'unneeded']),
    }),
  ),
  missing: z.array(z.object({ call: z.string(), evidence: z.string() })),
});

const MAX_TOOLS_CHARACTERS = 4_000;

const options = z.strictObject({
  tools: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200).describe('As the prompt offers it.'),
        description: z.string().max(1_000).default('').describe('What it is for, and what it takes.'),
      }),
    )
    .max(50)
    .refine(
      (tools) =>
        tools.reduce((sum, each) => sum + Buffer.byteLength(each.name + each.description), 0) <= MAX_TOOLS_CHARACTERS,
      `the tools together must not be longer than ${MAX_TOOLS_CHARACTERS} bytes`,
    )
    .default([])
    .describe('The tools that the prompt offers, so that the judge can tell what else could have been called.'),
});

export const toolSelectionAccuracy = defineEvaluator({
  type: 'tool-selection-accuracy',
  title: 'Tool selection accuracy',
  description: `A judge model says of each call to a tool whether it was the right one, and which calls are missing: mean over calls made and missing of right 1, wrong arguments 0.5, wrong tool, not needed and missing 0; 1 when none was made and none was needed. The first ${MAX_CALLS} calls are judged. With known right calls take \`tool-calls\`, which asks no judge. The prompt must offer tools.`,
  needs: ['input', 'toolCalls'],
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { tools: offered }, tools) {
    const made = sample.toolCalls.slice(0, MAX_CALLS);
    const verdict = await tools.judge({
      schemaName: 'tool_selection_accuracy',
      schema: verdictSchema,
      messages: graderMessages(
        GRADER,
        sample,
        ['input', 'calls'],
        offered.length === 0
          ? []
          : [`Tools:\n${offered.map(({ name, description }) => `- ${name}: ${description}`).join('\n')}`],
      ),
    });
    const calls = made.map(({ name, arguments: given }, index) => {
      const found = verdict.calls.find(({ call }) => call === index + 1);
      if (!found) throw new JudgeFailed(`the judge left out call ${index + 1} of ${made.length}`);
      return { ...found, text: `${name}(${given})` };
    });
    const missing = verdict.missing.map(({ call, evidence }) => ({
      text: call,
      evidence,
      verdict: 'missing' as const,
    }));
    if (calls.length + missing.length === 0) return right('no tool was called, and none was needed', { items: 0 });
    return gradeItems([...calls, ...missing], {
      values: { right: 1, 'wrong-arguments': 0.5, 'wrong-tool': 0, unneeded: 0, missing: 0 },
      faults: [
        ['wrong-tool', 'wrong-tool'],
        ['missing', 'missing-call'],
        ['unneeded', 'unneeded-call'],
        ['wrong-arguments', 'wrong-arguments'],
      ],
      allRight: 'calls to tools were right',
      someWrong: 'calls to tools, made or missing, were not right',
      nothing: 'no tool was called, and none was needed',
    });
  },
});
