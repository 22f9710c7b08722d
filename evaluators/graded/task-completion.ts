import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { quote } from '../common/text.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeLevel } from './levels.ts';
import { said } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'task-completion',
  version: 1,
  text: `You judge whether an answer completes the task that the input sets.
Read the input and work out what a user wants in the end. Then list what the output does not deliver ("missing": one short phrase for each thing, empty when nothing is missing), give the reason for your verdict, and grade the completion:
- "full": everything that was asked is there and usable.
- "mostly": the main thing is there; something small is missing or wrong.
- "partial": about half of what was asked is there, or the main thing has a serious flaw.
- "minimal": only a beginning, or hardly usable.
- "none": not attempted, refused, empty, or about something else.
Judge the result, not the style or the effort. Promises to do something later complete nothing.`,
};

const LEVELS = {
  full: { value: 1, category: null, says: 'the task is fully done' },
  mostly: { value: 0.75, category: 'task-incomplete', says: 'the task is mostly done' },
  partial: { value: 0.5, category: 'task-incomplete', says: 'the task is partly done' },
  minimal: { value: 0.25, category: 'task-incomplete', says: 'the task is hardly done' },
  none: { value: 0, category: 'task-not-done', says: 'the task is not done' },
} as const;

const verdictSchema = z.object({
  missing: z.array(z.string()),
  reason: z.string(),
  completion: z.enum(['full', 'mostly', 'partial', 'minimal', 'none']),
});

export const taskCompletion = defineEvaluator({
  type: 'task-completion',
  title: 'Task completion',
  description:
    'A judge model says how far the output completes the task of the input: full 1, mostly 0.75, partial 0.5, minimal 0.25, none 0.',
  needs: ['input', 'output'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    const verdict = await tools.judge({
      schemaName: 'task_completion',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', 'output']),
    });
    const { completion, missing, reason } = verdict;
    return gradeLevel(LEVELS[completion], reason, { completion }, [
      ...missing.slice(0, 10).map((item) => `- missing: ${said(item, 200)}`),
      `The output is ${quote(sample.output)}`,
    ]);
  },
});
