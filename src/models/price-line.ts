import { z } from 'zod';
import { PROVIDERS } from '../domain/model.ts';

/** One line of the table: US dollars per million tokens. `model` is an id, or a pattern with `*`. */
export const priceLineSchema = z.strictObject({
  provider: z.enum(PROVIDERS).describe('The protocol, as in a model configuration.'),
  model: z.string().min(1).describe('Model id, which also stands for its dated snapshots, or a pattern with `*`.'),
  input: z.number().min(0).describe('Input tokens.'),
  cachedInput: z.number().min(0).optional().describe('Default: the input price.'),
  cacheWrite: z
    .number()
    .min(0)
    .optional()
    .describe('Input written to the prompt cache. Default: twice the input price.'),
  output: z.number().min(0).describe('Output tokens, reasoning included.'),
  date: z.string().optional().describe('When the price was looked up.'),
  source: z.string().optional().describe('Where it was looked up.'),
});
export type PriceLine = z.infer<typeof priceLineSchema>;
