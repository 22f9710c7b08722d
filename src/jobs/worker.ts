import { NANO_USD } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { Row, Split } from '../domain/dataset.ts';
import { ParetuneError } from '../domain/errors.ts';
import type { ModelGateway } from '../domain/gateway.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Journal } from '../domain/record.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { ListedOptimizer } from '../search/contract.ts';
import type { Database } from '../store/database.ts';
import { appendEvents } from '../store/job-events.ts';
import { countSealedReads, noteSealedRead, spendByRole } from '../store/job-facts.ts';
import type { JobFeed } from '../store/job-feed.ts';
import { openJobRecord } from '../store/job-record.ts';
import type { JobSpent } from '../store/job-state.ts';
import { endJob, isCancelRequested, type JobRow, projectOfJob, saveJobState, startJob } from '../store/jobs.ts';
import { isConnectionError, withoutValues } from '../store/store-error.ts';
import type { PriceOf } from './estimate.ts';
import { type ResolvedJob, resolvedJobSchema } from './resolved.ts';
import { Interrupted, type JobOutcome, type RunProgress, runJob } from './run.ts';
import type { JobSources } from './sources.ts';
import type { StopSignal } from './stop-signals.ts';
import { guardrailWarnings, type JobWarning } from './warnings.ts';

export interface WorkerParts {
  readonly database: Database;
  readonly feed: JobFeed;
  readonly clock: Clock;
  readonly sources: (projectId: string) => JobSources;
  readonly optimizers: readonly ListedOptimizer[];
  readonly evaluators: readonly CatalogueEvaluator[];
  readonly gateway: (parts: {
    journal: Journal;
    ledger: Ledger;
    signal: AbortSignal;
    concurrency: number;
    seed: number;
  }) => ModelGateway;
  readonly countTokens: (text: string) => number;
  readonly priceOf: PriceOf;
  /** Told after a job has ended well: schedules import winners. */
  readonly onEnded: (job: JobRow, outcome: JobOutcome) => Promise<void>;
  readonly log: { warn(data: object, message: string): void; error(data: object, message: string): void };
}

/** State for the API is written at most this often. */
const PROGRESS_MS = 400;

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
      await endJob(database.db, projectId, jobId, {
        status: 'cancelled',
        stopReason: 'cancelled',
        endedAt: clock.now(),
      });
      parts.feed.announce(jobId);
    }
    return;
  }
  const job = resolvedJobSchema.parse(row.resolved);
  const record = await openJobRecord(database, {
    projectId,
    jobId,
    feed: parts.feed,
    attempt: row.attempts,
    now: () => clock.now(),
  });
  const attempt = row.attempts;
  const startedAt = row.startedAt ?? clock.now();
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
      rows: await loadRows(parts.sources(projectId), job),
      optimizers: parts.optimizers,
      evaluators: parts.evaluators,
      record,
      gateway: (ledger, stop) =>
        parts.gateway({ journal: record.journal, ledger, signal: stop, concurrency: job.concurrency, seed: job.seed }),
      countTokens: parts.countTokens,
      priceOf: parts.priceOf,
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
    const ended = await endJob(
      database.db,
      projectId,
      jobId,
      {
        status: outcome.status,
        stopReason: outcome.stopReason,
        endedAt: clock.now(),
        error: outcome.error,
        verdict: outcome.verdict,
        ...(spent && { spent }),
        ...(state.last && {
          progress: {
            ...progressOf(state.last),
            fraction: outcome.status === 'succeeded' ? 1 : progressOf(state.last).fraction,
          },
        }),
        baseline: outcome.baselineValues && { scores: outcome.baselineValues },
        warnings: [...row.warnings, ...(await outcomeWarnings(parts, projectId, jobId, job, outcome))],
        best: outcome.winnerValues && { candidateId: outcome.winner.id, scores: outcome.winnerValues },
      },
      attempt,
    );
    if (!ended) return;
    event('ended', {
      status: outcome.status,
      stopReason: outcome.stopReason,
      error: outcome.error,
      winner: outcome.winner.id,
      decision: outcome.verdict?.decision ?? null,
    });
    await record.flush();
    await parts.onEnded({ ...row, verdict: outcome.verdict }, outcome);
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
    await giveUpJob(parts, jobId, `internal error: ${cause instanceof Error ? cause.message : String(cause)}`, attempt);
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
export async function giveUpJob(
  parts: Pick<WorkerParts, 'database' | 'clock' | 'feed'>,
  jobId: string,
  why: string,
  attempt?: number,
): Promise<void> {
  const { database, clock, feed } = parts;
  const projectId = await projectOfJob(database.db, jobId);
  if (projectId === undefined) return;
  const at = clock.now();
  const ended = await endJob(
    database.db,
    projectId,
    jobId,
    { status: 'failed', stopReason: 'error', endedAt: at, error: why },
    attempt,
  );
  if (!ended) return;
  await database.transaction((tx) =>
    appendEvents(
      tx,
      { projectId, jobId },
      [{ key: 'ended', type: 'ended', data: { status: 'failed', stopReason: 'error', error: why } }],
      at,
    ),
  );
  feed.announce(jobId);
}

async function loadRows(sources: JobSources, job: ResolvedJob): Promise<Record<Split, Row[]>> {
  const dataset = await sources.dataset(job.dataset.ref);
  const rows: Record<Split, Row[]> = { train: [], validation: [], test: [] };
  for await (const { split, row } of dataset.rows(job.split)) rows[split].push(row);
  return rows;
}

/** The queue's signal (drain, lost lease) means shutdown; a cancellation asked for through the API arrives as a job event. */
function watchCancellation(parts: WorkerParts, projectId: string, jobId: string, signal: AbortSignal) {
  const controller = new AbortController();
  const stop = (why: StopSignal) => controller.abort(why);
  const check = () => {
    isCancelRequested(parts.database.db, projectId, jobId)
      .then((cancelled) => cancelled && stop('cancelled'))
      .catch((error: unknown) => parts.log.warn({ err: error, jobId }, 'could not look for a cancellation'));
  };
  const aborted = () => {
    isCancelRequested(parts.database.db, projectId, jobId).then(
      (cancelled) => stop(cancelled ? 'cancelled' : 'shutdown'),
      () => stop('shutdown'),
    );
  };
  const unsubscribe = parts.feed.subscribe(jobId, check);
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });
  check();
  return {
    signal: controller.signal,
    stop: () => {
      unsubscribe();
      signal.removeEventListener('abort', aborted);
    },
  };
}

const progressOf = (progress: RunProgress) => ({
  fraction: progress.fraction,
  rollouts: progress.rollouts,
  proposals: progress.proposals,
  accepted: progress.accepted,
  refused: progress.refused,
});

/** Writes progress beside the facts, now and then and in order, never on the hot path. */
function createStateWriter(
  parts: WorkerParts,
  projectId: string,
  jobId: string,
  attempt: number,
  startedAt: Date,
  announce: (progress: ReturnType<typeof progressOf>, n: number) => void,
) {
  let last: RunProgress | null = null;
  let written = 0;
  let count = 0;
  let writing: Promise<void> = Promise.resolve();
  let busy = false;
  const spent = async (): Promise<JobSpent | null> => {
    if (!last) return null;
    return {
      rollouts: last.spent.rollouts,
      confirmationRollouts: last.spent.confirmationRollouts,
      tokens: last.spent.tokens,
      reflectionTokens: last.spent.reflectionTokens,
      usd: last.spent.nanoUsd / NANO_USD,
      seconds: (parts.clock.now().getTime() - startedAt.getTime()) / 1000,
      byRole: await spendByRole(parts.database.db, projectId, jobId),
    };
  };
  const save = async () => {
    if (!last) return;
    const progress = progressOf(last);
    const now = await spent();
    await saveJobState(
      parts.database.db,
      projectId,
      jobId,
      {
        progress,
        ...(now && { spent: now }),
        ...(last.baseline && { baseline: { scores: last.baseline } }),
        ...(last.best && { best: last.best }),
      },
      attempt,
    );
    announce(progress, count++);
  };
  return {
    get last() {
      return last;
    },
    spent,
    push: (progress: RunProgress) => {
      last = progress;
      const now = parts.clock.now().getTime();
      if (busy || now - written < PROGRESS_MS) return;
      written = now;
      busy = true;
      writing = save()
        .catch((error: unknown) => parts.log.warn({ err: error, jobId }, 'could not save progress'))
        .finally(() => {
          busy = false;
        });
    },
    finish: () => writing,
  };
}
