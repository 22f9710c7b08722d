import { z } from 'zod';
import { defineEvaluator, JudgeFailed } from '../../src/lab/evaluator.ts';
import { wrong } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeLevel } from './levels.ts';
import { said } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'trajectory-goal',
  version: 1,
  text: `You judge whether a run of several steps reached its goal. The steps are numbered [1], [2], … in the section "trace": what each put out, and the tools that it asked for. The goal stands before the material; where none is given it is what the input wants in the end.
For every step, in order and without leaving one out, give "step" (its number), "reason" (what it brought the run), and then "effect": "forward" (nearer to the goal), "none" (no use: repeated, not needed) or "backward" (an error that a later step had to live with).
Then give the reason for your verdict, and grade the result:
- "reached": the end of the run is what the goal asks for.
- "mostly": something small is missing or wrong.
- "partly": about half of it, or with a serious flaw.
- "hardly": only a beginning.
- "missed": not reached, given up, or something else was done.
Judge what came out. A detour that ended well is still reached; a good plan that was not carried out is not.`,
};

const LEVELS = {
  reached: { value: 1, category: null, says: 'the run reached its goal' },
  mostly: { value: 0.75, category: 'goal-incomplete', says: 'the run mostly reached its goal' },
  partly: { value: 0.5, category: 'goal-incomplete', says: 'the run partly reached its goal' },
  hardly: { value: 0.25, category: 'goal-incomplete', says: 'the run hardly began to reach its goal' },
  missed: { value: 0, category: 'goal-missed', says: 'the run missed its goal' },
} as const;

const verdictSchema = z.object({
  steps: z.array(z.object({ step: z.int(), reason: z.string(), effect: z.enum(['forward', 'none', 'backward']) })),
  reason: z.string(),
  result: z.enum(['reached', 'mostly', 'partly', 'hardly', 'missed']),
});

const options = z.strictObject({
  goal: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe('What a run should end with. Default: what the input of the row wants.'),
});

export const trajectoryGoal = defineEvaluator({
  type: 'trajectory-goal',
  title: 'Trajectory goal',
  description:
    'A judge model reads the steps of the run (outputs and tool calls) and says whether the goal was reached: reached 1, mostly 0.75, partly 0.5, hardly 0.25, missed 0. The feedback names the steps that did not help.',
  needs: ['input', 'output', 'trace'],
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { goal }, tools) {
    const { trace, output } = sample;
    if (trace.length === 0) return wrong('no-steps', 'no step of the run was answered, so no goal was reached');
    const { steps, reason, result } = await tools.judge({
      schemaName: 'trajectory_goal',
      schema: verdictSchema,
      messages: graderMessages(
        GRADER,
        sample,
        ['input', 'trace', 'output'],
        goal === undefined ? [] : [`Goal: ${goal}`],
      ),
    });
    const unknown = steps.find(({ step }) => step < 1 || step > trace.length);
    if (unknown) throw new JudgeFailed(`the judge judged step ${unknown.step}; the run has ${trace.length}`);
    const useless = steps.filter(({ effect }) => effect !== 'forward');
    return gradeLevel(LEVELS[result], reason, { result }, [
      ...useless
        .slice(0, 10)
        .map(
          (each) =>
            `- step ${each.step} (${trace[each.step - 1]?.component ?? ''}) ${each.effect === 'none' ? 'was of no use' : 'led back'}: ${said(each.reason, 200)}`,
        ),
      `The run ended with: ${said(output, 300)}`,
    ]);
  },
});
