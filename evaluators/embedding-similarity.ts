import { z } from 'zod';
import { modelConfigSchema } from '../src/domain/model.ts';
import { defineEvaluator, JudgeFailed } from '../src/lab/evaluator.ts';
import { graded, noExpected, right, wrong } from './common/grade.ts';
import { quote, references } from './common/text.ts';

/** Alternatives that are compared; those after them are not. */
const MAX_REFERENCES = 8;

const options = z.strictObject({
  model: modelConfigSchema
    .refine(
      ({ provider }) => provider !== 'anthropic',
      'Anthropic has no embeddings; take "openai" or "openai-compatible"',
    )
    .describe('The embeddings model, such as `text-embedding-3-small`.'),
  value: z.string().optional().describe('What the output is compared with. Default: the expected answer of the row.'),
  floor: z
    .number()
    .min(-1)
    .max(0.99)
    .default(0)
    .describe('Cosine that is worth 0. Unrelated texts of current models have 0.1 to 0.7: measure it for yours.'),
});

export const embeddingSimilarity = defineEvaluator({
  type: 'embedding-similarity',
  title: 'Embedding similarity',
  description:
    'Cosine of the embeddings of output and expected answer: (cosine − floor) / (1 − floor), at least 0; of a list of expected texts the nearest. Texts of up to 20,000 bytes; of longer ones the beginning.',
  needs: ['output'],
  alsoNeeds: ({ value }) => (value === undefined ? ['expected'] : []),
  options,
  defaultThreshold: 0.75,
  reaches: ({ model }) => ({ models: [model] }),
  async evaluate(sample, { model, value, floor }, tools) {
    if (value === undefined && sample.expected === undefined) return noExpected();
    const texts = (value === undefined ? references(sample.expected ?? null) : [value]).slice(0, MAX_REFERENCES);
    if (sample.output.trim() === '') return wrong('empty-output', 'the output is empty, so it is similar to nothing');
    if (texts.includes(sample.output))
      return right(`the output is the expected text: ${quote(sample.output)}`, { cosine: 1 });
    const [own, ...others] = await Promise.all([sample.output, ...texts].map((text) => tools.embed(model, text)));
    const cosines = others.map((other) => cosine(own ?? new Float32Array(), other));
    const best = Math.max(...cosines);
    const nearest = texts[cosines.indexOf(best)] ?? '';
    const similarity = Math.max(0, Math.min(1, (best - floor) / (1 - floor)));
    return graded(
      similarity,
      similarity === 1 ? null : 'not-similar',
      `the meaning of the output is near to the expected one by a cosine of ${best.toFixed(3)}: expected ${quote(nearest)}, got ${quote(sample.output)}`,
      { cosine: best },
    );
  },
});

function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new JudgeFailed(`the embeddings have ${a.length} and ${b.length} dimensions`, 'evaluator-error:parse-error');
  let product = 0;
  let ofA = 0;
  let ofB = 0;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    product += value * other;
    ofA += value * value;
    ofB += other * other;
  }
  if (ofA === 0 || ofB === 0) throw new JudgeFailed('an embedding has no direction', 'evaluator-error:parse-error');
  return product / Math.sqrt(ofA * ofB);
}
