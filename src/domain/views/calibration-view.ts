import { z } from 'zod';
import { budgetSchema } from '../budget.ts';
import { JOB_STATUSES, STOP_REASONS } from '../job.ts';
import { jsonObjectSchema } from '../json.ts';
import { judgeCardViewSchema } from '../judge-card.ts';
import { spentSchema } from './job-view.ts';

const time = z.iso.datetime();

/** A comparison of a judge with human labels, as it stands. */
export const calibrationViewSchema = z
  .object({
    id: z.string().describe('Also that of its card.'),
    status: z.enum(JOB_STATUSES),
    stopReason: z.enum(STOP_REASONS).nullable(),
    error: z.string().nullable().describe('Why there is no card, and what to do about it.'),
    evaluator: z.string().describe('Type of the evaluator.'),
    judges: z.array(z.string()).describe('The models that judge.'),
    dataset: z.object({ ref: z.string(), sha256: z.string() }),
    rows: z.int().describe('Rows with a human label.'),
    repeats: z.int(),
    progress: z.object({ fraction: z.number(), verdicts: z.int() }),
    spent: spentSchema,
    budget: budgetSchema,
    continues: z
      .string()
      .nullable()
      .describe('An equal calibration that ended without a card: what it was answered is not asked again.'),
    card: judgeCardViewSchema.nullable().describe('After the end.'),
    resolved: jsonObjectSchema,
    createdAt: time,
    startedAt: time.nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: 'Calibration' });
export type CalibrationView = z.infer<typeof calibrationViewSchema>;
