import { z } from 'zod';

/** Limits of a job. An absent limit is no limit; `0` is a limit of nothing. */
export const budgetSchema = z
  .strictObject({
    rollouts: z.int().min(0).optional().describe('Search rollouts of the task model (train and validation).'),
    confirmationRollouts: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Rollouts on the sealed test split, and in the A/A run. Default: test rows × (baseline + 3 finalists), and what the A/A run needs; 0 does without a verdict. What finalists leave of it pays repeats.',
      ),
    tokens: z.int().min(0).optional().describe('Input plus output tokens of all models together.'),
    reflectionTokens: z
      .int()
      .min(0)
      .optional()
      .describe('Input plus output tokens of the reflection model; part of `tokens`.'),
    usd: z.number().min(0).optional().describe('US dollars, all models together.'),
    seconds: z.number().positive().optional().describe('Wall-clock seconds from the first start of the job.'),
  })
  .meta({ id: 'Budget' });
export type Budget = z.infer<typeof budgetSchema>;

/** Resources that the ledger counts in whole units; `nanoUsd` is 1e-9 USD. Wall-clock is a deadline, not a resource. */
export const RESOURCES = ['rollouts', 'confirmationRollouts', 'tokens', 'reflectionTokens', 'nanoUsd'] as const;
export type Resource = (typeof RESOURCES)[number];
export type Amounts = { readonly [R in Resource]?: number };

export const NANO_USD = 1_000_000_000;

/** What the ledger keeps of a budget; its seconds are a deadline. */
export function limitsOf(budget: Budget): Amounts {
  const { rollouts, confirmationRollouts, tokens, reflectionTokens, usd } = budget;
  return {
    ...(rollouts !== undefined && { rollouts }),
    ...(confirmationRollouts !== undefined && { confirmationRollouts }),
    ...(tokens !== undefined && { tokens }),
    ...(reflectionTokens !== undefined && { reflectionTokens }),
    ...(usd !== undefined && { nanoUsd: Math.floor(usd * NANO_USD) }),
  };
}

/** The ledger refused: granting the request could pass a limit. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
  readonly resource: Resource | 'seconds';
  constructor(resource: Resource | 'seconds', detail: string) {
    super(detail);
    this.resource = resource;
  }
}
