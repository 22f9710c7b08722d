import { z } from 'zod';
import { defineEvaluator } from '../../src/lab/evaluator.ts';
import { graded, missing, right } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { said } from './untrusted.ts';

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
    if (claims.length === 0) return missing('the output makes no claim that the context could support');
    const loose = claims.filter(({ verdict }) => verdict !== 'supported');
    const contradicted = loose.filter(({ verdict }) => verdict === 'contradicted');
    const details = {
      claims: claims.length,
      unsupported: loose.length - contradicted.length,
      contradicted: contradicted.length,
    };
    if (loose.length === 0) return right(`all ${claims.length} claims are supported by the context`, details);
    const lines = [...contradicted, ...loose.filter((each) => !contradicted.includes(each))]
      .slice(0, 10)
      .map(({ claim, evidence, verdict }) => `- ${verdict}: "${said(claim, 200)}" — ${said(evidence, 200)}`);
    return graded(
      (claims.length - loose.length) / claims.length,
      contradicted.length > 0 ? 'contradicts-context' : 'unsupported-claim',
      `${loose.length} of ${claims.length} claims of the output are not supported by the context:\n${lines.join('\n')}`,
      details,
    );
  },
});
