import { z } from 'zod';

/**
 * What a candidate must keep to be promoted: thresholds of its own values, and what it may not lose against the baseline. One entry may
 * ask several things of its metric; each is a rule of its own in the decision.
 */
export const gateSchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .describe(
        'A metric name, as in objectives: `routing`, `escalation.recall[billing]`, `latency.p99`, `costPerCall`.',
      ),
    min: z.number().optional().describe('Least value that passes.'),
    max: z.number().optional().describe('Largest value that passes.'),
    betterThanBaseline: z
      .literal(true)
      .optional()
      .describe('Better than the baseline with confidence (p < 0.05, corrected for the number of candidates).'),
    notWorseThanBaseline: z
      .number()
      .min(0)
      .optional()
      .describe(
        'May be worse than the baseline by at most this margin; a loss beyond it has to be shown (corrected for the number of such rules and cohorts).',
      ),
    coverage: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        'Least share of rows that have a value; below it the decision is inconclusive. Default of every rule: 0.9.',
      ),
    perCohort: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A cohort field (`cohort` or a metadata field): `min`, `max` and `notWorseThanBaseline` hold in each of its cohorts, too.',
      ),
    confident: z
      .boolean()
      .optional()
      .describe(
        'The rows must show with 95 % confidence that the rule holds; where they cannot, it is inconclusive. Default: a threshold goes by the measured value, and a loss has to be shown.',
      ),
  })
  .refine(
    ({ min, max, betterThanBaseline, notWorseThanBaseline, coverage }) =>
      [min, max, betterThanBaseline, notWorseThanBaseline, coverage].some((each) => each !== undefined),
    'asks for nothing: set min, max, betterThanBaseline, notWorseThanBaseline or coverage',
  )
  .refine(
    ({ perCohort, min, max, notWorseThanBaseline }) =>
      perCohort === undefined || [min, max, notWorseThanBaseline].some((each) => each !== undefined),
    { path: ['perCohort'], message: 'needs min, max or notWorseThanBaseline, which then hold in each cohort' },
  )
  .meta({ id: 'Gate' });
export type Gate = z.infer<typeof gateSchema>;
