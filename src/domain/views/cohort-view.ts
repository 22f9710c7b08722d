import { z } from 'zod';

const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() });

/** How often each evaluator fails in one cohort, for one candidate. */
export const cohortSchema = z.object({
  field: z.string().describe('`cohort`, a metadata key, or one of `inputLength` and `label`.'),
  value: z.string(),
  rows: z.int(),
  evaluators: z.array(
    z.object({
      evaluator: z.string(),
      failRate: z.number().nullable(),
      rows: z.int(),
      missing: z.int(),
      interval: intervalSchema.nullable(),
      underPowered: z.boolean().describe('The interval is wider than ± 0.1.'),
    }),
  ),
  underPowered: z.boolean(),
});
