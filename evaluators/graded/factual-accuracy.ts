import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { graded, noExpected } from '../common/grade.ts';
import { asText, quote } from '../common/text.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { said } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'factual-accuracy',
  version: 1,
  text: `You compare the facts of an output with those of an expected answer to the same input. The expected answer is right.
First write the reason: which facts of the expected answer are in the output, which are not, which facts are added, which disagree. Then give "relation":
- "subset": the output states only some of the facts of the expected answer and agrees with them.
- "superset": the output states all of them and adds others that agree with them.
- "same": the output states the same facts.
- "contradicts": something in the output disagrees with the expected answer, or the output does not answer.
- "immaterial": the texts differ, but not in any fact.
Ignore style, wording, spelling, order and format. When a fact disagrees, the relation is "contradicts", whatever else is right.`,
};

const RELATIONS = ['subset', 'superset', 'same', 'contradicts', 'immaterial'] as const;
const share = z.number().min(0).max(1);

const options = z.strictObject({
  values: z
    .strictObject({
      subset: share.default(0.4).describe('Says only a part of it.'),
      superset: share.default(0.6).describe('Says all of it and more.'),
      same: share.default(1).describe('Says just the same.'),
      contradicts: share.default(0).describe('Says something else.'),
      immaterial: share.default(1).describe('Differs only where facts are not concerned.'),
    })
    .prefault({})
    .describe('Value of each relation between output and expected answer.'),
});

const MEANINGS: Readonly<Record<(typeof RELATIONS)[number], string>> = {
  subset: 'facts of the expected answer are missing',
  superset: 'facts are added that the expected answer does not have',
  same: 'the facts are those of the expected answer',
  contradicts: 'it disagrees with the expected answer',
  immaterial: 'it differs from the expected answer in no fact',
};

const verdictSchema = z.object({ reason: z.string(), relation: z.enum(RELATIONS) });

export const factualAccuracy = defineEvaluator({
  type: 'factual-accuracy',
  title: 'Factual accuracy',
  description:
    'A judge model compares the facts of the output with the expected answer: same or immaterial difference 1, superset 0.6, subset 0.4, contradicts 0 ' +
    '(relations and values of the Factuality grader of OpenAI Evals and autoevals).',
  needs: ['input', 'output', 'expected'],
  options,
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, { values }, tools) {
    if (sample.expected === undefined) return noExpected();
    const { relation, reason } = await tools.judge({
      schemaName: 'factual_accuracy',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', 'expected', 'output']),
    });
    const value = values[relation];
    return graded(
      value,
      value === 1 ? null : `facts-${relation}`,
      `${MEANINGS[relation]}: ${said(reason)}${value === 1 ? '' : `\nExpected ${quote(asText(sample.expected))}, got ${quote(sample.output)}`}`,
      { relation },
    );
  },
});
