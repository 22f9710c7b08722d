import { BudgetExhausted } from '../domain/budget.ts';
import { ModelCallError, type ModelFailure } from '../domain/model.ts';
import { JudgeFailed, type JudgeFailure } from './evaluator.ts';

/** What a failed call of an evaluator means: what ends the score, or, for what ends the job, the error as it is. */
export function failureOf(error: unknown, who: string): unknown {
  if (error instanceof ModelCallError && error.failure !== 'cancelled' && !error.hopeless) {
    const category = FAILURES[error.failure] ?? 'provider-error';
    return new JudgeFailed(`${who} failed: ${error.message}`, category);
  }
  // When the time is over the rollout is dropped: it is not the judge that failed.
  if (error instanceof BudgetExhausted && error.resource !== 'seconds')
    return new JudgeFailed(`the budget of ${who} ended: ${error.message}`, 'budget-stop');
  return error;
}

const FAILURES: Readonly<Partial<Record<ModelFailure, JudgeFailure>>> = {
  'rate-limited': 'rate-limited',
  timeout: 'timeout',
  'content-filter': 'evaluator-error:content-filter',
};
