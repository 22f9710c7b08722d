import { z } from 'zod';
import type { Adapter } from './adapter.ts';
import { UnreadableAnswer } from './failure.ts';
import { passedOptions } from './provider-options.ts';

/** OpenAI embeddings, and every server that speaks them: the vector of one text, as base64 of little-endian 32-bit floats. */
export const openaiEmbeddings: Adapter = ({ config, messages: [message] }) => {
  const passed = passedOptions(config);
  const params = {
    ...passed,
    model: config.model,
    // The API refuses an empty text.
    input: message?.content || ' ',
    encoding_format: 'base64' as const,
  };
  return {
    body: params,
    extras: [passed],
    send: async (clients, { signal, timeout }) =>
      (await clients.openai()).embeddings.create(params, { signal, timeout }),
    read: (body) => {
      const parsed = answerSchema.safeParse(body);
      const embedding = parsed.data?.data[0]?.embedding;
      if (!parsed.success || embedding === undefined || embedding.length === 0)
        throw new UnreadableAnswer('the answer does not have the shape of an embedding');
      const { model, usage } = parsed.data;
      return {
        text: typeof embedding === 'string' ? embedding : base64Of(embedding),
        toolCalls: [],
        finish: 'stop',
        model: model ?? '',
        usage: usage
          ? { inputTokens: usage.prompt_tokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }
          : null,
      };
    },
  };
};

/** Compatible servers may know floats only. */
const answerSchema = z.object({
  model: z.string().nullish(),
  data: z.array(z.object({ embedding: z.union([z.string(), z.array(z.number())]) })).min(1),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(4 * vector.length);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, 4 * index);
  return bytes.toString('base64');
}
