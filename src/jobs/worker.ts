import { z } from 'zod';
import { ParetuneError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { noteSealedRead } from '../store/job-facts.ts';
import { openJobRecord } from '../store/job-record.ts';
import { isCancelRequested, type JobRow, projectOfJob, startJob } from '../store/jobs.ts';
import { isConnectionError, withoutValues } from '../store/store-error.ts';
import type { Attempt, AttemptEnd } from './attempt.ts';
import { resolvedCalibrationSchema } from './calibration/resolved.ts';
import { attemptCalibration } from './calibration/run.ts';
import { type EndParts, endWithEvent } from './end-of-job.ts';
import { attemptEvaluation } from './evaluation/attempt.ts';
import { resolvedEvaluationSchema } from './evaluation/resolved.ts';
import { attemptOptimization } from './optimization-attempt.ts';
import { resolvedJobSchema } from './resolved.ts';
import { Interrupted } from './run.ts';
import { createStateWriter, progressOf } from './state-writer.ts';
import type { StopSignal } from './stop-signals.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Answers older than this are not reused: what stands behind a model's name changes. */
const REUSABLE_MS = 14 * 24 * 3_600_000;

/** What a stored job is to do. */
interface Work {
  readonly concurrency: number;
  readonly seed: number;
  readonly reuse: boolean;
  readonly attempt: (attempt: Attempt) => Promise<AttemptEnd>;
}

/** Throws ZodError for what another version stored and this one cannot read. */
function workOf({ kind, resolved }: Pick<JobRow, 'kind' | 'resolved'>): Work {
  if (kind === 'evaluation') {
    const evaluation = resolvedEvaluationSchema.parse(resolved);
    return { ...evaluation, attempt: (attempt) => attemptEvaluation(attempt, evaluation) };
  }
  if (kind === 'calibration') {
    const calibration = resolvedCalibrationSchema.parse(resolved);
    // A judge is asked anew: what stands behind a model's name changes.
    return { ...calibration, seed: 0, reuse: false, attempt: (attempt) => attemptCalibration(attempt, calibration) };
  }
  const job = resolvedJobSchema.parse(resolved);
  return { ...job, attempt: (attempt) => attemptOptimization(attempt, job) };
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
  const attempt = row.attempts;
  let work: Work;
  try {
    work = workOf(row);
  } catch (error) {
    // No other attempt would read it better.
    const cause = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const why = `the stored job cannot be read: ${cause}`;
    parts.log.error({ jobId, attempt, why }, 'job attempt failed');
    return giveUpJob(parts, jobId, why, attempt);
  }
  const startedAt = row.startedAt ?? clock.now();
  const record = await openJobRecord(database, {
    projectId,
    jobId,
    feed: parts.feed,
    attempt,
    now: () => clock.now(),
    ...(work.reuse && { reuse: { from: new Date(startedAt.getTime() - REUSABLE_MS), before: startedAt } }),
  });
  const event = (type: string, data: JsonObject = {}) =>
    record.event({ key: `${type}:${attempt}`, type, data: { attempt, ...data } });
  event(attempt === 1 ? 'started' : 'resumed');

  const cancelling = watchCancellation(parts, projectId, jobId, signal);
  const state = createStateWriter(parts, projectId, jobId, attempt, startedAt, (progress, n) =>
    record.event({ key: `progress:${attempt}:${n}`, type: 'progress', data: { ...progress } }),
  );
  try {
    const { end, told, before } = await work.attempt({
      parts,
      row,
      record,
      startedAt,
      signal: cancelling.signal,
      gateway: (ledger, stop) =>
        parts.openGateway({
          journal: record.journal,
          ledger,
          signal: stop,
          concurrency: work.concurrency,
          seed: work.seed,
          prices: row.prices,
        }),
      sealedRead: ({ ref, sha256 }, candidates) =>
        noteSealedRead(database.db, { projectId, sha256, dataset: ref, jobId, candidates, at: clock.now() }),
      onProgress: state.push,
    });
    await state.finish();
    const spent = await state.spent();
    await record.flush();
    await before?.();
    const { last } = state;
    const fraction = end.status === 'succeeded' ? 1 : undefined;
    await endWithEvent(
      parts,
      { projectId, jobId, attempt },
      {
        ...end,
        ...(spent && { spent }),
        ...(last && { progress: { ...progressOf(last), ...(fraction !== undefined && { fraction }) } }),
      },
      told,
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
