import type { Reservation } from './ledger.ts';
import type { CallBound, Completion, ModelRequest } from './model.ts';

/** The one door to models. Behind it: journal, limiter, retry, provider SDK, usage and price. */
export interface ModelGateway {
  /** What the call may use at most; of a journaled call with lost attempts, at least what it is booked at. Sends nothing. */
  bound(request: ModelRequest): CallBound;
  /** The journal has the answer: `complete` sends nothing. */
  isAnswered(request: ModelRequest): boolean;
  /**
   * Answers from the journal or from the provider, and spends the usage from the reservation. Rejects with ModelCallError when the call
   * failed for good, with BudgetExhausted when the reservation cannot cover the call's bound.
   */
  complete(request: ModelRequest, reservation: Reservation): Promise<Completion>;
}
