import { z } from 'zod';
import { defineEvaluator, JudgeFailed } from '../../src/lab/evaluator.ts';
import { missing } from '../common/grade.ts';
import { type GraderPrompt, graderMessages, identified } from './grader.ts';
import { gradeItems } from './items.ts';
import { MAX_DOCUMENTS } from './untrusted.ts';

const GRADER: GraderPrompt = {
  id: 'context-relevance',
  version: 1,
  text: `You judge whether retrieved documents help to answer an input. They are numbered [1], [2], … in the section "documents".
For every document, in order and without leaving one out, give "document" (its number), "evidence" (the words that help, or what it is about instead), and then "verdict":
- "relevant": it holds something that an answer needs.
- "partly": it is about the subject, but what is needed is not in it.
- "irrelevant": an answer is no better with it than without.
Judge each document on its own; a repetition of an earlier one is as relevant as that.`,
};

const verdictSchema = z.object({
  documents: z.array(
    z.object({ document: z.int(), evidence: z.string(), verdict: z.enum(['relevant', 'partly', 'irrelevant']) }),
  ),
});

export const contextRelevance = defineEvaluator({
  type: 'context-relevance',
  title: 'Context relevance',
  description: `A judge model says of each document of the row whether it helps to answer the input: mean of relevant 1, partly 0.5, irrelevant 0, over the first ${MAX_DOCUMENTS}. It measures retrieval, which no wording of the prompt changes: use it for diagnosis, not as an objective.`,
  needs: ['input', 'context'],
  options: z.strictObject({}),
  defaultThreshold: 0.5,
  grader: identified(GRADER),
  async evaluate(sample, _options, tools) {
    if (sample.context.every((document) => document.trim() === ''))
      return missing('the row has no documents to be judged');
    const verdict = await tools.judge({
      schemaName: 'context_relevance',
      schema: verdictSchema,
      messages: graderMessages(GRADER, sample, ['input', 'documents']),
    });
    const documents = sample.context.slice(0, MAX_DOCUMENTS).map((text, index) => {
      const found = verdict.documents.find(({ document }) => document === index + 1);
      if (!found) throw new JudgeFailed(`the judge left out document ${index + 1} of ${sample.context.length}`);
      return { ...found, text: `[${index + 1}] ${text}` };
    });
    return gradeItems(documents, {
      values: { relevant: 1, partly: 0.5, irrelevant: 0 },
      faults: [
        ['irrelevant', 'irrelevant-document'],
        ['partly', 'partly-relevant-document'],
      ],
      allRight: 'documents help to answer the input',
      someWrong: 'documents do not help, or help in part, to answer the input',
      nothing: 'the row has no documents to be judged',
    });
  },
});
