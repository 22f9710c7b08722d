import { BudgetExhausted } from '../domain/budget.ts';
import type { StopReason } from '../domain/job.ts';
import { ModelCallError } from '../domain/model.ts';
import type { StopSignals } from './stop-signals.ts';

/** How a phase of a job (its search, its confirmation) ended. */
export interface Ended<T> {
  readonly status: 'succeeded' | 'cancelled' | 'failed';
  readonly reason: StopReason;
  readonly error: string | null;
  /** The worker goes away: the job is not over. */
  readonly interrupted: boolean;
  /** What the phase answered; null when something ended it before. */
  readonly result: T | null;
}

/**
 * Turns whatever ends a phase into words: the budget and an abort are normal ends, the rest is a failure with its cause. Rejects with
 * what is none of them, such as an error of the store.
 */
export async function endOf<T extends { readonly stop: StopReason }>(
  phase: () => Promise<T>,
  stop: StopSignals,
): Promise<Ended<T>> {
  try {
    const result = await phase();
    return { status: 'succeeded', reason: result.stop, error: null, interrupted: false, result };
  } catch (error) {
    const base = { interrupted: false, result: null };
    const why = stop.why();
    if (why === 'shutdown') return { ...base, status: 'failed', reason: 'error', error: null, interrupted: true };
    if (why === 'cancelled') return { ...base, status: 'cancelled', reason: 'cancelled', error: null };
    const late = why === 'deadline' && error instanceof ModelCallError && error.failure === 'cancelled';
    if (late || error instanceof BudgetExhausted)
      return { ...base, status: 'succeeded', reason: 'budget', error: null };
    const cap = stop.givenUp();
    if (cap) return { ...base, status: 'failed', reason: 'error-cap', error: cap.message };
    if (error instanceof ModelCallError) return { ...base, status: 'failed', reason: 'error', error: error.message };
    throw error;
  }
}
