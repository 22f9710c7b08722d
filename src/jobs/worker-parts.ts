import type { Clock } from '../domain/clock.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { ModelPrice } from '../domain/price.ts';
import type { Journal } from '../domain/record.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { MissedCall } from '../models/gateway.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import type { Database } from '../store/database.ts';
import type { JobFeed } from '../store/job-feed.ts';
import type { JobRow } from '../store/jobs.ts';
import type { PriceOf } from './estimate.ts';
import type { JobOutcome } from './run.ts';
import type { JobSources } from './sources.ts';

/** Opens the way to the models for one job or evaluation. */
export type OpenGateway = (job: {
  readonly journal: Journal;
  readonly ledger: Ledger;
  /** Ends calls that wait or are in flight. */
  readonly signal: AbortSignal;
  /** Calls in flight at most. */
  readonly concurrency: number;
  readonly seed: number;
  /** What calls are booked at; absent or null: the present list. */
  readonly prices?: readonly ModelPrice[] | null;
  /** Makes it a gateway that sends nothing: gives the error that a call ends with which the journal does not have. */
  readonly onMiss?: (call: MissedCall) => Error;
}) => ModelGateway;

export interface WorkerParts {
  readonly database: Database;
  readonly feed: JobFeed;
  readonly clock: Clock;
  readonly sources: (projectId: string) => JobSources;
  readonly optimizers: readonly ListedOptimizer[];
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly openGateway: OpenGateway;
  readonly countTokens: (text: string) => number;
  readonly priceOf: PriceOf;
  /**
   * Told before the end of a job is stored: schedules import winners. A worker that dies in between does it again, so it must bear that;
   * a rejection ends this attempt.
   */
  readonly onEnding: (job: JobRow, outcome: JobOutcome) => Promise<void>;
  readonly log: { warn(data: object, message: string): void; error(data: object, message: string): void };
}
