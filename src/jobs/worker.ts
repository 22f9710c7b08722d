import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { ModelPrice } from '../domain/price.ts';
import type { Journal } from '../domain/record.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { MissedCall } from '../models/gateway.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import type { Database } from '../store/database.ts';
import { countSealedReads, noteSealedRead } from '../store/job-facts.ts';
import type { JobFeed } from '../store/job-feed.ts';
import { openJobRecord } from '../store/job-record.ts';
import { isCancelRequested, type JobRow, projectOfJob, startJob } from '../store/jobs.ts';
import { isConnectionError, withoutValues } from '../store/store-error.ts';
import { type EndParts, endWithEvent } from './end-of-job.ts';
import type { PriceOf } from './estimate.ts';
import { priceOfJob } from './job-prices.ts';
import { type ResolvedJob, resolvedJobSchema } from './resolved.ts';
import { Interrupted, type JobOutcome, runJob } from './run.ts';
import { type JobSources, rowsOfJob, splitsOfJob } from './sources.ts';
import { createStateWriter, progressOf } from './state-writer.ts';
import type { StopSignal } from './stop-signals.ts';
import { guardrailWarnings, type JobWarning } from './warnings.ts';

/** Answers older than this are not reused: what stands behind a model's name changes. */
const REUSABLE_MS = 14 * 24 * 3_600_000;

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

/**
 * Runs one job from the queue to its end. A job that was interrupted (a killed worker, a drain) is run again from its journal: what was
 * answered is not asked again. Resolves when the job has ended or is not to be run; rejects when another attempt should take it up.
 */
export async function workOnJob(parts: WorkerParts, jobId: string, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts;
  const projectId = await projectOfJob(database.db, jobId);
  if (projectId === undefined) return;
  const row = await startJob(database.db, projectId, jobId, clock.now());
  if (!row) {
    if (await isCancelRequested(database.db, projectId, jobId)) {
      await endWithEvent(parts, { projectId, jobId }, { status: 'cancelled', stopReason: 'cancelled' });
    }
    return;
  }
  const stored = resolvedJobSchema.safeParse(row.resolved);
  if (!stored.success) {
    // No other attempt would read it better.
    const why = `the stored job cannot be read: ${z.prettifyError(stored.error)}`;
    parts.log.error({ jobId, attempt: row.attempts, why }, 'job attempt failed');
    return giveUpJob(parts, jobId, why, row.attempts);
  }
  const job = stored.data;
  const startedAt = row.startedAt ?? clock.now();
  const record = await openJobRecord(database, {
    projectId,
    jobId,
    feed: parts.feed,
    attempt: row.attempts,
    now: () => clock.now(),
    ...(job.reuse && { reuse: { from: new Date(startedAt.getTime() - REUSABLE_MS), before: startedAt } }),
  });
  const attempt = row.attempts;
  const event = (type: string, data: JsonObject = {}) =>
    record.event({ key: `${type}:${attempt}`, type, data: { attempt, ...data } });
  event(attempt === 1 ? 'started' : 'resumed');

  const cancelling = watchCancellation(parts, projectId, jobId, signal);
  const state = createStateWriter(parts, projectId, jobId, attempt, startedAt, (progress, n) =>
    record.event({ key: `progress:${attempt}:${n}`, type: 'progress', data: { ...progress } }),
  );
  try {
    const outcome = await runJob({
      job,
      rows: await rowsOfJob(parts.sources(projectId), job, splitsOfJob(job)),
      optimizers: parts.optimizers,
      evaluators: parts.evaluators,
      record,
      gateway: (ledger, stop) =>
        parts.openGateway({
          journal: record.journal,
          ledger,
          signal: stop,
          concurrency: job.concurrency,
          seed: job.seed,
          prices: row.prices,
        }),
      countTokens: parts.countTokens,
      priceOf: priceOfJob(row.prices, parts.priceOf),
      clock,
      startedAt,
      signal: cancelling.signal,
      sealedRead: (candidates) =>
        noteSealedRead(database.db, {
          projectId,
          sha256: job.dataset.sha256,
          dataset: job.dataset.ref,
          jobId,
          candidates,
          at: clock.now(),
        }),
      onProgress: state.push,
    });
    await state.finish();
    const spent = await state.spent();
    const warnings = [...row.warnings, ...(await outcomeWarnings(parts, projectId, jobId, job, outcome))];
    await record.flush();
    await parts.onEnding(row, outcome);
    await endWithEvent(
      parts,
      { projectId, jobId, attempt },
      {
        status: outcome.status,
        stopReason: outcome.stopReason,
        error: outcome.error,
        verdict: outcome.verdict,
        noise: outcome.noise,
        ...(spent && { spent }),
        ...(state.last && {
          progress: {
            ...progressOf(state.last),
            fraction: outcome.status === 'succeeded' ? 1 : progressOf(state.last).fraction,
          },
        }),
        baseline: outcome.baselineValues && { scores: outcome.baselineValues },
        warnings,
        best: outcome.winnerValues && { candidateId: outcome.winner.id, scores: outcome.winnerValues },
      },
      { winner: outcome.winner.id, decision: outcome.verdict?.decision ?? null },
    );
  } catch (error) {
    await state.finish();
    if (error instanceof Interrupted) {
      event('interrupted');
      await record.flush().catch(() => undefined);
      throw error;
    }
    const cause = withoutValues(error);
    parts.log.error({ err: cause, jobId, attempt }, 'job attempt failed');
    // The database was away, or another worker has the job: somebody takes it up again. Anything else would only break again.
    if (isConnectionError(error) || (error instanceof ParetuneError && error.code === 'conflict')) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    await giveUpJob(parts, jobId, cause instanceof ParetuneError ? message : `internal error: ${message}`, attempt);
  } finally {
    cancelling.stop();
  }
}

/** What only the end can tell: a guardrail that went away, a sealed split that is worn out. */
async function outcomeWarnings(
  parts: WorkerParts,
  projectId: string,
  jobId: string,
  job: ResolvedJob,
  outcome: JobOutcome,
): Promise<readonly JobWarning[]> {
  const warnings = [...guardrailWarnings(outcome.baseline.components, outcome.winner.components)];
  const { jobs } = await countSealedReads(parts.database.db, projectId, job.dataset.sha256, jobId);
  if (outcome.confirmation && jobs >= WORN_OUT) {
    warnings.push({
      code: 'sealed-split-reused',
      message: `${jobs} earlier jobs have read the test split of ${job.dataset.ref}: what was chosen with its help is not confirmed by it; add fresh test rows`,
    });
  }
  return warnings;
}

/** Reads of one sealed split after which choosing among jobs becomes choosing on the test rows. */
const WORN_OUT = 10;

/** Ends a job as failed because it cannot be run, whatever it is tried again. */
export async function giveUpJob(parts: EndParts, jobId: string, why: string, attempt?: number): Promise<void> {
  const projectId = await projectOfJob(parts.database.db, jobId);
  if (projectId === undefined) return;
  await endWithEvent(parts, { projectId, jobId, attempt }, { status: 'failed', stopReason: 'error', error: why });
}

/** The queue's signal means that a user cancelled, or else that this worker drains or has lost the job: the row says which. */
function watchCancellation(parts: WorkerParts, projectId: string, jobId: string, signal: AbortSignal) {
  const controller = new AbortController();
  const stop = (why: StopSignal) => controller.abort(why);
  const aborted = () => {
    isCancelRequested(parts.database.db, projectId, jobId).then(
      (cancelled) => stop(cancelled ? 'cancelled' : 'shutdown'),
      () => stop('shutdown'),
    );
  };
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });
  return { signal: controller.signal, stop: () => signal.removeEventListener('abort', aborted) };
}
