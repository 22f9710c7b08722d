import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import { PROVIDERS } from '../domain/model.ts';

/** What `PARETUNE_LIMITS` holds. What is absent is not limited; the first line that fits counts. */
export const limitLineSchema = z.strictObject({
  provider: z.enum(PROVIDERS).describe('The protocol, as in a model configuration.'),
  model: z.string().optional().describe('Model id. Absent: all models of the provider, each with limits of its own.'),
  concurrency: z.int().min(1).optional().describe('Calls in flight at most.'),
  requestsPerMinute: z.number().positive().optional().describe('Requests started in a minute.'),
  tokensPerMinute: z.number().positive().optional().describe('Input and output tokens of a minute.'),
});
const limitSettingsSchema = z.array(limitLineSchema);

/** What an operator may say about a provider or one of its models. */
export type LimitSettings = z.infer<typeof limitSettingsSchema>[number];

/** The parsed content of a limits file; throws `invalid_request` when it does not have the shape. Undefined: no limits. */
export function parseLimitSettings(content: unknown): readonly LimitSettings[] {
  if (content === undefined) return [];
  const parsed = limitSettingsSchema.safeParse(content);
  if (!parsed.success) throw new ParetuneError('invalid_request', `PARETUNE_LIMITS: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
