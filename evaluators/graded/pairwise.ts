import { z } from 'zod';
import type { Json } from '../../src/domain/json.ts';
import { defineEvaluator, type EvaluatorTools, type Sample } from '../../src/lab/evaluator.ts';
import { graded, missing } from '../common/grade.ts';
import { asText, quote } from '../common/text.ts';
import { type GraderPrompt, identified, messagesOf } from './grader.ts';
import { said, section, untrusted } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'pairwise',
  version: 1,
  text: `You compare two answers to the same input, in the sections "first" and "second". Which stands first is chance and means nothing.
First write the reason: what each does better and worse by the criterion that stands before the material, with evidence. Then give "better":
- "first" or "second": the one that is better by the criterion, all in all.
- "tie": no difference that matters.
Do not reward length, format or manner unless the criterion asks for it. A wrong answer is worse than an incomplete one.`,
};

const verdictSchema = z.object({ reason: z.string(), better: z.enum(['first', 'second', 'tie']) });

const options = z.strictObject({
  criterion: z
    .string()
    .min(1)
    .max(2_000)
    .default('which answer helps the person who wrote the input more')
    .describe('What makes an answer the better one.'),
  field: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Metadata field of the row that holds the other answer, such as what the prompt of today answers. Default: the expected answer.',
    ),
});

const other = (sample: Sample, field: string | undefined): Json | undefined =>
  field === undefined ? sample.expected : sample.metadata[field];

type Preference = 'output' | 'other' | 'tie';

export const pairwise = defineEvaluator({
  type: 'pairwise',
  title: 'Pairwise preference',
  description:
    'A judge model compares the output with another answer (the expected one, or a metadata field), once in each order: better 1, tie 0.5, worse 0. A verdict that flips with the order is a tie, and says so in its details. Two judge calls per score.',
  needs: ['input', 'output'],
  alsoNeeds: ({ field }) => [field === undefined ? 'expected' : 'metadata'],
  judgeCalls: () => 2,
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { criterion, field }, tools) {
    const found = other(sample, field);
    if (found === undefined) {
      return missing(
        field === undefined
          ? 'the row has no expected answer, so there is nothing to compare with'
          : `the row has no metadata field "${field}", so there is nothing to compare with`,
      );
    }
    const text = asText(found);
    if (text.trim() === sample.output.trim()) {
      return graded(0.5, 'tie', 'the output and the other answer are the same', { preference: 'tie', flipped: false });
    }
    const ask = (first: string, second: string) => compare(sample, criterion, first, second, tools);
    const [ahead, behind] = await Promise.all([ask(sample.output, text), ask(text, sample.output)]);
    const shownFirst: Preference = ahead.better === 'first' ? 'output' : ahead.better === 'second' ? 'other' : 'tie';
    const shownSecond: Preference = behind.better === 'second' ? 'output' : behind.better === 'first' ? 'other' : 'tie';
    return preferenceGrade(
      shownFirst,
      shownSecond,
      said(ahead.reason),
      `got ${quote(sample.output)}, the other answer is ${quote(text)}`,
    );
  },
});

function compare(sample: Sample, criterion: string, first: string, second: string, tools: EvaluatorTools) {
  return tools.judge({
    schemaName: 'pairwise',
    schema: verdictSchema,
    messages: messagesOf(GRADER, [
      `Criterion: ${criterion}`,
      section('input', sample),
      untrusted('first', first),
      untrusted('second', second),
    ]),
  });
}

/** @param shownFirst - What was preferred when the output stood first; `shownSecond`: when it stood second. */
function preferenceGrade(shownFirst: Preference, shownSecond: Preference, reason: string, texts: string) {
  const details = { shownFirst, shownSecond, flipped: shownFirst !== shownSecond };
  if (shownFirst !== shownSecond) {
    return graded(
      0.5,
      'order-dependent',
      `a tie: the judge preferred ${named(shownFirst)} when the output stood first and ${named(shownSecond)} when it stood second; ${texts}`,
      { preference: 'tie', ...details },
    );
  }
  const preference = shownFirst;
  if (preference === 'output')
    return graded(1, null, `the output is the better answer: ${reason}`, { preference, ...details });
  return preference === 'tie'
    ? graded(0.5, 'tie', `no difference that matters: ${reason}; ${texts}`, { preference, ...details })
    : graded(0, 'other-is-better', `the other answer is better: ${reason}; ${texts}`, { preference, ...details });
}

const named = (preference: Preference) =>
  preference === 'tie' ? 'neither' : preference === 'output' ? 'the output' : 'the other answer';
