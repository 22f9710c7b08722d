import { z } from 'zod';
import { PROVIDERS } from '../domain/model.ts';

/** One line of the table: US dollars per million tokens. `model` is an id, or a pattern with `*`. */
export const priceLineSchema = z.strictObject({
  provider: z.enum(PROVIDERS),
  model: z.string().min(1),
  input: z.number().min(0),
  cachedInput: z.number().min(0).optional().describe('Default: the input price.'),
  cacheWrite: z
    .number()
    .min(0)
    .optional()
    .describe('Input written to the prompt cache. Default: twice the input price.'),
  output: z.number().min(0),
  date: z.string().optional().describe('When the price was looked up.'),
  source: z.string().optional(),
});
export type PriceLine = z.infer<typeof priceLineSchema>;
