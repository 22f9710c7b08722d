import { z } from 'zod';
import { PROVIDERS } from '../domain/model.ts';

const rates = {
  input: z.number().min(0).describe('Input tokens.'),
  cachedInput: z.number().min(0).optional().describe('Default: the input price.'),
  cacheWrite: z
    .number()
    .min(0)
    .optional()
    .describe(
      'Input written to the prompt cache. Default: twice the input price where a call asks for it, else nothing.',
    ),
  output: z.number().min(0).describe('Output tokens, reasoning included.'),
};

/** One line of the table: US dollars per million tokens. `model` is an id, or a pattern with `*`. */
export const priceLineSchema = z.strictObject({
  provider: z.enum(PROVIDERS).describe('The protocol, as in a model configuration.'),
  model: z.string().min(1).describe('Model id, which also stands for its dated snapshots, or a pattern with `*`.'),
  ...rates,
  longPrompt: z
    .strictObject({
      above: z
        .int()
        .min(1)
        .describe('Input tokens of a call, cached ones included, above which all of it has these prices.'),
      ...rates,
    })
    .optional()
    .describe('Prices of calls with long prompts.'),
  date: z.string().optional().describe('When the price was looked up.'),
  source: z.string().optional().describe('Where it was looked up.'),
});
export type PriceLine = z.infer<typeof priceLineSchema>;
