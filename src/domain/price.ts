import { z } from 'zod';
import { PROVIDERS } from './model.ts';

/** What a model costs, in US dollars per million tokens. */
export const modelPriceSchema = z.object({
  provider: z.enum(PROVIDERS),
  model: z.string(),
  input: z.number(),
  /** Default: the input price. */
  cachedInput: z.number().optional(),
  /** Input written to the prompt cache; default: twice the input price. */
  cacheWrite: z.number().optional(),
  output: z.number(),
  /** When and where it was looked up. */
  date: z.string().optional(),
  source: z.string().optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;
