import { z } from 'zod';

/** When a search ends before its budget does; the same for both presets. */
export const stopSchema = z.strictObject({
  maxProposals: z.int().min(1).optional().describe('Proposals of both kinds, whatever became of them.'),
  noImprovement: z.int().min(1).optional().describe('Proposals in a row without a new best candidate.'),
  targetScore: z
    .number()
    .optional()
    .describe('Stop when the best feasible candidate reaches this headline value on all of validation.'),
  refusedInARow: z
    .int()
    .min(1)
    .default(25)
    .describe(
      'Proposals in a row that were refused or unusable, so that nothing could be measured: ends as `no-improvement`.',
    ),
});
