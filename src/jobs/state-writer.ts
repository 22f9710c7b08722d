import { NANO_USD } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { Database } from '../store/database.ts';
import { spendOfCalls } from '../store/job-facts.ts';
import type { JobSpent } from '../store/job-state.ts';
import { saveJobState } from '../store/jobs.ts';
import { withoutValues } from '../store/store-error.ts';
import type { RunProgress } from './run.ts';

interface StateParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: { warn(data: object, message: string): void };
}

/** State for the API is written at most this often. */
const PROGRESS_MS = 400;
/** Spend by role, and what was saved, is a sum over all calls of the job: during the run it may be this old. */
const CALLS_MS = 3_000;

export const progressOf = (progress: RunProgress) => ({
  fraction: progress.fraction,
  rollouts: progress.rollouts,
  proposals: progress.proposals,
  accepted: progress.accepted,
  refused: progress.refused,
});

/** Writes progress beside the facts, now and then and in order, never on the hot path. */
export function createStateWriter(
  parts: StateParts,
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
  let calls: Pick<JobSpent, 'byRole' | 'saved'> = { byRole: {} };
  let callsAt = Number.NEGATIVE_INFINITY;
  const ofCalls = async (maxAge: number): Promise<typeof calls> => {
    const now = parts.clock.now().getTime();
    if (now - callsAt < maxAge) return calls;
    callsAt = now;
    calls = await spendOfCalls(parts.database.db, projectId, jobId);
    return calls;
  };
  /** Exact at the end (`maxAge` 0). */
  const spent = async (maxAge = 0): Promise<JobSpent | null> => {
    if (!last) return null;
    return {
      rollouts: last.spent.rollouts,
      confirmationRollouts: last.spent.confirmationRollouts,
      tokens: last.spent.tokens,
      reflectionTokens: last.spent.reflectionTokens,
      usd: last.spent.nanoUsd / NANO_USD,
      seconds: (parts.clock.now().getTime() - startedAt.getTime()) / 1000,
      ...(await ofCalls(maxAge)),
    };
  };
  const save = async () => {
    if (!last) return;
    const progress = progressOf(last);
    const now = await spent(CALLS_MS);
    await saveJobState(
      parts.database.db,
      projectId,
      jobId,
      {
        progress,
        ...(now && { spent: now }),
        ...(last.baseline && { baseline: { scores: last.baseline } }),
        ...(last.best && { best: last.best }),
        ...(last.noise && { noise: last.noise }),
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
        .catch((error: unknown) => parts.log.warn({ err: withoutValues(error), jobId }, 'could not save progress'))
        .finally(() => {
          busy = false;
        });
    },
    finish: () => writing,
  };
}
