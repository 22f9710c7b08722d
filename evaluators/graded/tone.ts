import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeLevel } from './levels.ts';
import { said } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'tone',
  version: 1,
  text: `You judge whether the tone of an output is the one that its owner wants. The wanted tone stands before the material.
List the passages of the output that have another tone ("off": a short quotation for each, at most 10, empty when there are none), name the tone that you hear ("heard", a few words), give the reason for your verdict, and grade the match:
- "full": the wanted tone throughout.
- "mostly": the wanted tone with a slip.
- "partial": half of it, or only some of what is wanted.
- "hardly": a trace of it.
- "none": another tone.
Judge the tone alone: content, correctness and length are not your concern unless the wanted tone names them.`,
};

const LEVELS = {
  full: { value: 1, category: null, says: 'the tone is as wanted' },
  mostly: { value: 0.75, category: 'tone-slips', says: 'the tone is mostly as wanted' },
  partial: { value: 0.5, category: 'tone-off', says: 'the tone is as wanted only in part' },
  hardly: { value: 0.25, category: 'tone-off', says: 'the tone is hardly as wanted' },
  none: { value: 0, category: 'tone-off', says: 'the tone is another one than wanted' },
} as const;

const verdictSchema = z.object({
  off: z.array(z.string()),
  heard: z.string(),
  reason: z.string(),
  match: z.enum(['full', 'mostly', 'partial', 'hardly', 'none']),
});

const options = z.strictObject({
  tone: z
    .string()
    .min(1)
    .max(1_000)
    .describe('The wanted tone in plain words, such as "warm and plain; no slang, no exclamation marks".'),
});

export const tone = defineEvaluator({
  type: 'tone',
  title: 'Tone',
  description:
    'A judge model compares the tone of the output with the wanted one: full 1, mostly 0.75, partial 0.5, hardly 0.25, none 0.',
  needs: ['input', 'output'],
  options,
  defaultThreshold: 0.75,
  grader: identified(GRADER),
  async evaluate(sample, options, tools) {
    const { off, heard, reason, match } = await tools.judge({
      schemaName: 'tone',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', 'output'], [`Wanted tone: ${options.tone}`]),
    });
    return gradeLevel(LEVELS[match], reason, { match, heard: said(heard, 80) }, [
      `Wanted: ${said(options.tone, 300)}; heard: ${said(heard, 80)}`,
      ...off.slice(0, 10).map((passage) => `- off: "${said(passage, 150)}"`),
    ]);
  },
});
