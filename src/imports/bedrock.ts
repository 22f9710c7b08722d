import { z } from 'zod';
import type { RowInput } from '../domain/dataset.ts';
import { fieldError } from '../domain/errors.ts';
import type { PromptContent } from '../domain/prompt.ts';
import type { Suite } from '../domain/suite.ts';
import type { Importer, NotMapped } from './contract.ts';
import { recordsOf } from './records.ts';
import { slug } from './slug.ts';

const lineSchema = z.object({
  version: z.string(),
  templateId: z.string(),
  promptTemplate: z.string().min(1),
  steeringCriteria: z.array(z.string()).optional(),
  customEvaluationMetricLabel: z.string().optional(),
  customLLMJConfig: z.object({ customLLMJPrompt: z.string() }).optional(),
  evaluationMetricLambdaArn: z.string().optional(),
  evaluationSamples: z.array(
    z.object({
      inputVariables: z.array(z.record(z.string(), z.string())).default([]),
      referenceResponse: z.string().optional(),
      inputVariablesMultimodal: z.array(z.unknown()).optional(),
    }),
  ),
});

/** Input files of Amazon Bedrock's advanced prompt optimization: a prompt, its dataset and its criteria per line. */
export const bedrock: Importer = {
  format: 'bedrock',
  title: 'Bedrock advanced prompt optimization',
  source: 'Amazon Bedrock user guide, "Prepare your input dataset" (schema bedrock-2026-05-14)',
  read({ files }) {
    const notMapped: NotMapped[] = [];
    const prompts: { name: string; prompt: PromptContent }[] = [];
    const datasets: { name: string; rows: RowInput[] }[] = [];
    const suites: { name: string; suite: Suite }[] = [];
    for (const { at, value } of files.flatMap(recordsOf)) {
      const parsed = lineSchema.safeParse(value);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw fieldError(
          at,
          `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'does not follow the schema'}`,
        );
      }
      const line = parsed.data;
      const skip = (what: string, why: string) => notMapped.push({ at: `${at} ${line.templateId}`, what, why });
      const name = slug(line.templateId) || 'template';
      prompts.push({ name, prompt: { messages: [{ role: 'user', content: line.promptTemplate }] } });
      datasets.push({
        name,
        rows: line.evaluationSamples.map((sample, index) => {
          if (sample.inputVariablesMultimodal?.length)
            skip(`evaluationSamples[${index}].inputVariablesMultimodal`, 'rows hold text, no images or documents');
          return {
            input: Object.assign({}, ...sample.inputVariables),
            ...(sample.referenceResponse !== undefined && { expected: sample.referenceResponse }),
          };
        }),
      });
      const criteria = line.steeringCriteria ?? [];
      if (criteria.length > 0)
        suites.push({
          name,
          suite: {
            evaluators: [
              {
                id: 'criteria',
                type: 'rubric',
                options: {
                  criteria: criteria.map((criterion) => ({ criterion: `The response is ${criterion.toLowerCase()}.` })),
                },
              },
            ],
          },
        });
      if (line.customLLMJConfig)
        skip(
          'customLLMJConfig',
          'a judge prompt of your own: write its criteria into a rubric evaluator, and set models.judge',
        );
      if (line.evaluationMetricLambdaArn)
        skip('evaluationMetricLambdaArn', 'a Lambda function: no evaluator calls one');
    }
    return { prompts, datasets, suites, notMapped };
  },
};
