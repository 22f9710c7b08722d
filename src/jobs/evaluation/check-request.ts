import { type FieldError, fieldError, ParetuneError } from '../../domain/errors.ts';
import type { EvaluationRequest } from '../../domain/evaluation.ts';
import type { Suite } from '../../domain/suite.ts';
import { gateErrors, metricError } from '../../registry/check-gates.ts';

/** Every gate, and the headline, is about a metric that the suite gives. Throws `unprocessable`. */
export function checkGates({ gates, baseline }: EvaluationRequest, suite: Suite, headline: string): void {
  const errors = gateErrors(gates, suite, 'gates');
  const named = metricError(headline, suite);
  if (named !== null) errors.push({ path: 'headline', message: named });
  if (baseline === undefined)
    gates.forEach((gate, index) => {
      for (const field of ['betterThanBaseline', 'notWorseThanBaseline'] as const)
        if (gate[field] !== undefined)
          errors.push({
            path: `gates.${index}.${field}`,
            message: 'compares with the baseline, and there is none; set baseline',
          });
    });
  if (errors.length > 0) throw refusal(errors);
}

/** Throws `unprocessable` when the rollouts that are allowed do not pay for those that were asked for. */
export function checkBudget({ budget }: EvaluationRequest, rollouts: number): void {
  if (budget.rollouts !== undefined && budget.rollouts < rollouts)
    throw fieldError(
      'budget.rollouts',
      `${budget.rollouts} do not pay for ${rollouts} rollouts: every prompt on every row as often as asked for; raise it, or measure fewer rows`,
    );
}

export const refusal = (errors: readonly FieldError[]) =>
  new ParetuneError('unprocessable', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors);
