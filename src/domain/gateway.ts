import type { Reservation } from './ledger.ts';
import type { CallBound, Completion, ModelRequest } from './model.ts';

/** The one door to models. Behind it: journal, limiter, retry, provider SDK, usage and price. */
export interface ModelGateway {
  /** What the call may use at most. Pure. */
  bound(request: ModelRequest): CallBound;
  /**
   * Answers from the journal or from the provider, and spends the usage from the reservation. Rejects with ModelCallError when the call
   * failed for good, with BudgetExhausted when the reservation cannot cover the call's bound.
   */
  complete(request: ModelRequest, reservation: Reservation): Promise<Completion>;
}
