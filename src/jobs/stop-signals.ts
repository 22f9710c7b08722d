import { BudgetExhausted } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { ErrorCapReached } from '../lab/error-cap.ts';
import type { ResolvedJob } from './resolved.ts';

/** Why a running job is told to stop. `shutdown`: this worker goes away, another one takes the job up again. */
export type StopSignal = 'cancelled' | 'shutdown';

export interface StopParts {
  readonly job: Pick<ResolvedJob, 'budget'>;
  readonly clock: Clock;
  readonly startedAt: Date;
  /** Aborted with a StopSignal. */
  readonly signal: AbortSignal;
}

/** Share of `budget.seconds` that the search may use when a confirmation follows. */
const SEARCH_TIME = 0.8;
/** The longest time that a timer can be set to; a job of more than 24 days has none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type StopSignals = ReturnType<typeof stopSignals>;

/** Joins the worker's signal with the deadlines of the job. */
export function stopSignals({ job, signal, clock, startedAt }: StopParts) {
  const told = new AbortController();
  const calls = new AbortController();
  let givenUp: ErrorCapReached | null = null;
  let reason: StopSignal | 'deadline' | 'error-cap' | null = null;
  const abort = (why: NonNullable<typeof reason>) => {
    reason ??= why;
    if (why === 'cancelled' || why === 'shutdown') told.abort();
    calls.abort();
  };
  const follow = () => abort(signal.reason === 'shutdown' ? 'shutdown' : 'cancelled');
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  const { seconds = Infinity, confirmationRollouts } = job.budget;
  const elapsed = () => (clock.now().getTime() - startedAt.getTime()) / 1000;
  const left = (seconds - elapsed()) * 1000;
  if (left <= 0) abort('deadline');
  const timer = left > 0 && left <= LONGEST_TIMER_MS ? setTimeout(() => abort('deadline'), left) : undefined;
  timer?.unref();
  const searchSeconds = seconds * (confirmationRollouts > 0 ? SEARCH_TIME : 1);
  return {
    /** Somebody wants the job to end: what it does is not of use any more. */
    told: told.signal,
    /** Ends calls: told, or the time of the job is over. Answers in the journal can still be had. */
    calls: calls.signal,
    why: () => reason,
    /** The model cannot be had: ends calls that wait or retry. */
    giveUp: (cap: ErrorCapReached) => {
      givenUp = cap;
      abort('error-cap');
    },
    /** Why the model cannot be had; null while it can. */
    givenUp: () => givenUp,
    /** The search's share of the time is over. */
    searchIsLate: () => elapsed() >= searchSeconds,
    dispose: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}

/**
 * The gateway under a deadline. Time takes nothing away that was paid for: a job that is taken up again after its deadline goes as far
 * as its journal carries it, which is where it stood, and only what would have to be sent is refused.
 */
export function untilLate(gateway: ModelGateway, isLate: () => boolean): ModelGateway {
  return {
    bound: (request) => gateway.bound(request),
    isAnswered: (request) => gateway.isAnswered(request),
    complete: async (request, reservation) => {
      if (isLate() && !gateway.isAnswered(request)) {
        throw new BudgetExhausted('seconds', "budget.seconds: the search's share of the time is over");
      }
      return gateway.complete(request, reservation);
    },
  };
}
