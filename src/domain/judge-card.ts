import { z } from 'zod';
import { jsonObjectSchema } from './json.ts';
import { modelConfigSchema } from './model.ts';

const intervalSchema = z.object({ low: z.number(), high: z.number(), level: z.number() });
const count = z.int();

const kappaSchema = z
  .object({
    value: z
      .number()
      .nullable()
      .describe('1 = full agreement, 0 = chance; null when labels or verdicts are all the same.'),
    interval: intervalSchema.nullable(),
    observed: z.number().describe('Share of rows on which they agree (weighted: in part).'),
    expected: z.number().describe('The same by chance.'),
  })
  .meta({ id: 'Kappa' });

/** What a calibration found out about one evaluator with its judges: how far its verdicts can be trusted. */
export const judgeCardSchema = z
  .object({
    id: z.string().describe('Of the calibration.'),
    evaluator: z.object({
      type: z.string(),
      options: jsonObjectSchema,
      threshold: z.number(),
      negate: z.boolean().optional().describe('The opposite of what the judge says is scored.'),
      repeats: z.int().describe('Verdicts of each judge in one score.'),
      grader: z.string().describe('Grader prompt: `id@version` and the beginning of its hash.'),
    }),
    evaluatorVersion: z.string().describe('Scores of this version, and of no other, are what the card is about.'),
    judges: z.array(
      z.object({
        config: modelConfigSchema,
        answeredAs: z.array(z.string()).describe('Models that answered, as the provider names them.'),
      }),
    ),
    dataset: z.object({ ref: z.string(), sha256: z.string() }),
    rows: count.describe('Rows with a human label.'),
    missing: z.record(z.string(), count).describe('Rows without a verdict, by category.'),
    kappa: kappaSchema.nullable().describe("Cohen's kappa of pass and fail; null when no row has a verdict."),
    weightedKappa: kappaSchema
      .nullable()
      .describe('Quadratically weighted, of the values; null when labels are only pass and fail.'),
    confusion: z.object({
      bothPass: count,
      onlyJudgePasses: count.describe('The judge lets through what people do not.'),
      onlyHumanPasses: count,
      bothFail: count,
    }),
    consistency: z
      .object({ value: z.number(), repeats: z.int(), rows: count })
      .nullable()
      .describe('Share of pairs of repeats of a row that agree on pass or fail; null without repeats.'),
    positionBias: z
      .object({
        rows: count,
        flipped: count.describe('Verdicts that changed with the order.'),
        first: count.describe('Of these: whatever stood first was preferred.'),
        second: count.describe('Of these: whatever stood second was preferred.'),
      })
      .nullable()
      .describe('Of a pairwise evaluator.'),
    spent: z.object({ calls: count, tokens: z.number(), usd: z.number().nullable() }),
    calibratedAt: z.iso.datetime(),
  })
  .meta({ id: 'JudgeCard' });
export type JudgeCard = z.infer<typeof judgeCardSchema>;

/** A card as it is shown: with what it says against relying on its judge. */
export const judgeCardViewSchema = judgeCardSchema
  .extend({
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe('What jobs are warned of that use this evaluator with these judges.'),
  })
  .meta({ id: 'JudgeCardView' });
export type JudgeCardView = z.infer<typeof judgeCardViewSchema>;
