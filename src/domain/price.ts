import { z } from 'zod';
import { PROVIDERS } from './model.ts';

const rates = {
  input: z.number(),
  /** Default: the input price. */
  cachedInput: z.number().optional(),
  /** Input written to the prompt cache; default: twice the input price. */
  cacheWrite: z.number().optional(),
  output: z.number(),
};

/** What a model costs, in US dollars per million tokens. */
export const modelPriceSchema = z.object({
  provider: z.enum(PROVIDERS),
  model: z.string(),
  ...rates,
  /** Prices of a whole call whose input is longer than `above` tokens. */
  longPrompt: z.object({ above: z.number(), ...rates }).optional(),
  /** When and where it was looked up. */
  date: z.string().optional(),
  source: z.string().optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;
export type ModelRates = Pick<ModelPrice, keyof typeof rates>;
