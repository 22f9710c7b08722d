import { z } from 'zod';
import { STOP_REASONS } from '../job.ts';
import { jsonSchema } from '../json.ts';
import { curvePointViewSchema, jobViewSchema, spentSchema } from './job-view.ts';

const differenceSchema = z.object({
  what: z.enum(['stopReason', 'spent', 'noise', 'baseline', 'best', 'verdict', 'curve']),
  /** Place on the curve where the two part; null elsewhere. */
  seq: z.int().nullable(),
  recorded: jsonSchema,
  replayed: jsonSchema,
});

/** Wire shape of a replay: what a job finds when it is run again from its journal alone, and whether that is what it found. */
export const replayViewSchema = z
  .object({
    jobId: z.string(),
    mode: z.enum(['journal']),
    identical: z
      .boolean()
      .describe('Stop reason, spend, noise, baseline, best candidate, verdict and curve are those of the job.'),
    differences: z.array(differenceSchema).describe('Where they part; of the curve the first point.'),
    stopReason: z.enum(STOP_REASONS),
    spent: spentSchema.pick({
      rollouts: true,
      confirmationRollouts: true,
      tokens: true,
      reflectionTokens: true,
      usd: true,
    }),
    noise: jobViewSchema.shape.noise,
    baseline: jobViewSchema.shape.baseline,
    best: jobViewSchema.shape.best,
    verdict: jobViewSchema.shape.verdict,
    curve: z.array(curvePointViewSchema.omit({ at: true })),
    calls: z
      .object({ journaled: z.int(), replayed: z.int() })
      .describe('Answers in the journal, and how many of them the replay asked for. No provider was called.'),
    seconds: z.number().describe('What the replay took.'),
  })
  .meta({ id: 'Replay' });
export type ReplayView = z.infer<typeof replayViewSchema>;
