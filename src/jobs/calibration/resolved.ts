import { z } from 'zod';
import { calibrationRequestSchema } from '../../domain/calibration.ts';
import { modelConfigSchema } from '../../domain/model.ts';
import type { EvaluatorSpec, Suite } from '../../domain/suite.ts';

const { evaluator, fields, repeats, budget, concurrency } = calibrationRequestSchema.shape;

/** A calibration of which nothing outside can change the meaning: all that a worker needs besides the rows. */
export const resolvedCalibrationSchema = z.strictObject({
  evaluator,
  evaluatorVersion: z.string(),
  judge: modelConfigSchema.nullable(),
  dataset: z.strictObject({ ref: z.string(), sha256: z.string() }),
  fields,
  /** Rows with a label. */
  rows: z.int(),
  repeats,
  budget,
  concurrency,
  /** An equal one that ended without a card, whose answers it begins with. */
  continues: z.string().nullable(),
});
export type ResolvedCalibration = z.infer<typeof resolvedCalibrationSchema>;

/** Id of the evaluator in the suite that a calibration makes of it. */
export const JUDGED = 'judged';

/** The evaluator as a suite of its own. */
export function suiteOf({ evaluator: given }: Pick<ResolvedCalibration, 'evaluator'>): Suite & {
  readonly evaluators: readonly [EvaluatorSpec];
} {
  return { evaluators: [{ id: JUDGED, ...given }] };
}
