import PQueue from 'p-queue';
import { ParetuneError } from '../domain/errors.ts';
import { ModelCallError, type ModelRole } from '../domain/model.ts';
import type { CurvePoint, JobRecord, JournaledAnswer } from '../domain/record.ts';
import type { ReplayView } from '../domain/views/replay-view.ts';
import { getCurve } from '../store/job-facts.ts';
import type { JobDetail } from '../store/jobs.ts';
import { loadJournal } from '../store/journal.ts';
import type { Scope } from '../store/scope.ts';
import { compareReplay } from './compare-replay.ts';
import { priceOfJob } from './job-prices.ts';
import type { ResolvedJob } from './resolved.ts';
import { type JobOutcome, type RunProgress, runJob } from './run.ts';
import { rowsOfJob, splitsOfJob } from './sources.ts';
import { findJob } from './stored-job.ts';
import type { WorkerParts } from './worker-parts.ts';

export interface ReplayParts
  extends Pick<
    WorkerParts,
    'database' | 'clock' | 'sources' | 'optimizers' | 'evaluators' | 'openGateway' | 'countTokens' | 'priceOf'
  > {
  /** Time that one replay may take; default two minutes. */
  readonly limitMs?: number;
}

const LIMIT_MS = 120_000;
/** A replay holds the answers of the journal and every rollout in memory, as the job did. */
const MOST_CALLS = 200_000;

export type Replays = ReturnType<typeof createReplays>;

/** Replays of jobs, one at a time in a process: each needs the memory that its job needed. */
export function createReplays(parts: ReplayParts) {
  const turns = new PQueue({ concurrency: 1 });
  return {
    /**
     * Runs a job that has succeeded again from its journal alone, without calls, and compares what it finds with what the job has found.
     * Nothing is written, and the sealed split is not read anew: no new choice is made with its help.
     *
     * @throws ParetuneError `not_found`; `conflict` when the job has not succeeded; `journal_miss`, which names the first call that the
     * journal does not have; `unprocessable` when the job is too large or takes too long.
     */
    async fromJournal(scope: Scope, jobId: string): Promise<ReplayView> {
      const { row, job } = await findJob(parts.database.db, scope, jobId);
      checkReplayable(row);
      return turns.add(() => replay(parts, row, job));
    },
  };
}

function checkReplayable({ id, status, spent }: JobDetail): void {
  if (status === 'queued' || status === 'running') {
    throw new ParetuneError('conflict', `job "${id}" is ${status}; it can be replayed once it has succeeded`);
  }
  if (status !== 'succeeded') {
    throw new ParetuneError(
      'conflict',
      `job "${id}" ${status === 'failed' ? 'has failed' : 'was cancelled'}: where it ended depended on the moment, which its journal does not know; only a job that has succeeded can be replayed`,
    );
  }
  const paid = Object.values(spent?.byRole ?? {}).reduce((sum, role) => sum + role.calls, 0);
  const calls = paid + (spent?.saved?.calls ?? 0);
  if (calls > MOST_CALLS) {
    throw new ParetuneError(
      'unprocessable',
      `job "${id}" has ${calls} calls in its journal; at most ${MOST_CALLS} can be replayed`,
    );
  }
}

/** The first call that the journal does not have, and what it was for. */
interface Miss {
  readonly role: ModelRole;
  readonly purpose: RunProgress['phase'];
  readonly callId: string;
}

async function replay(parts: ReplayParts, row: JobDetail, job: ResolvedJob): Promise<ReplayView> {
  const began = performance.now();
  const { db } = parts.database;
  const { projectId } = row;
  const recorded = await getCurve(db, projectId, row.id);
  const journal = await loadJournal(db, projectId, row.id);
  const limitMs = parts.limitMs ?? LIMIT_MS;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort('shutdown'), limitMs);

  const asked = new Set<string>();
  const curve: CurvePoint[] = [];
  let last: RunProgress | undefined;
  let miss: Miss | undefined;
  // A deadline that has passed takes nothing away that is in the journal: such a job ends where its time ended it, at a call that was not made.
  const { seconds } = job.budget;
  const onMiss = ({ callId, role }: Omit<Miss, 'purpose'>): Error => {
    miss ??= { role, purpose: last?.phase ?? 'search', callId };
    if (seconds === undefined) stop.abort('shutdown');
    return new ModelCallError('cancelled', 'the journal does not have this call');
  };
  const record = recordOf(curve, (callId) => {
    const answer = journal.get(callId);
    if (answer) asked.add(callId);
    return answer;
  });
  let outcome: JobOutcome;
  try {
    outcome = await runJob({
      ...parts,
      priceOf: priceOfJob(row.prices, parts.priceOf),
      job,
      rows: await rowsOfJob(parts.sources(projectId), job, splitsOfJob(job)),
      record,
      gateway: (ledger, signal) =>
        parts.openGateway({
          journal: record.journal,
          ledger,
          signal,
          concurrency: job.concurrency,
          seed: job.seed,
          prices: row.prices,
          onMiss,
        }),
      startedAt: new Date(parts.clock.now().getTime() - 1000 * (seconds ?? 0)),
      signal: stop.signal,
      sealedRead: async () => undefined,
      onProgress: (progress) => {
        last = progress;
      },
    });
  } catch (error) {
    if (miss) throw missed(row.id, miss);
    if (!stop.signal.aborted) throw error;
    throw new ParetuneError('unprocessable', `the replay of job "${row.id}" was given up after ${limitMs / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
  if (!last) throw new Error('a job that succeeds tells its progress');
  const compared = compareReplay(row, recorded, { outcome, spent: last.spent, curve });
  // A call that the time did not allow is in no account; one that was answered and is gone is missed there.
  if (miss && !compared.identical)
    throw missed(row.id, miss, ', or it is the call at which the time of the job was over and others are gone');
  return {
    jobId: row.id,
    mode: 'journal',
    ...compared,
    calls: { journaled: journal.size, replayed: asked.size },
    seconds: (performance.now() - began) / 1000,
  };
}

/** A record that keeps the curve alone. */
function recordOf(curve: CurvePoint[], get: (callId: string) => JournaledAnswer | undefined): JobRecord {
  return {
    journal: { get, put: () => Promise.reject(new Error('a replay writes nothing')) },
    curvePoint: (point) => curve.push(point),
    rollout: () => undefined,
    candidate: () => undefined,
    refusal: () => undefined,
    fate: () => undefined,
    event: () => undefined,
    flush: async () => undefined,
  };
}

function missed(jobId: string, { role, purpose, callId }: Miss, unless = ''): ParetuneError {
  return new ParetuneError(
    'journal_miss',
    `the journal of job "${jobId}" does not have a call that its replay needs: ${role}, ${purpose}, ${callId}; either answers were deleted, or this version of Paretune asks otherwise than the one that ran the job${unless}`,
    [],
    { miss: { role, purpose, callId } },
  );
}
