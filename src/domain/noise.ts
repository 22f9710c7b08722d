import { z } from 'zod';

/** What the baseline scored against itself, twice on the same rows at the job's own concurrency (A/A run), and what that means for a verdict. */
export const noiseFloorSchema = z
  .object({
    rows: z.int().describe('Validation rows that have a score from both runs.'),
    flipRate: z
      .number()
      .describe('Share of these rows whose headline score differs between two runs of the same prompt.'),
    interval: z
      .object({ low: z.number(), high: z.number(), level: z.number() })
      .nullable()
      .describe('Of the flip rate.'),
    deterministic: z
      .boolean()
      .describe('Temperature 0, and equal outputs and scores throughout: repeats would say nothing new.'),
    sdPerRow: z.number().describe('Standard deviation of the headline score of one row over runs of the same prompt.'),
    sdOfMean: z
      .number()
      .describe(
        'Noise floor: standard deviation of the mean headline of one run over the test rows, from repetition alone.',
      ),
    minimumDetectableEffect: z
      .number()
      .nullable()
      .describe(
        'The smallest true gain that the verdict shows with a power of 80 %, on the test rows with the planned repeats and corrected for three finalists; null when none can be shown.',
      ),
    testRows: z.int(),
    repeats: z.int().describe('Runs of each test row that the confirmation budget allows for three finalists.'),
  })
  .meta({ id: 'NoiseFloor' });
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;
