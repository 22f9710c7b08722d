import type { CalibrationRequest } from '../../domain/calibration.ts';
import { contentHash } from '../../domain/content-hash.ts';
import { ParetuneError } from '../../domain/errors.ts';
import type { JobStatus } from '../../domain/job.ts';
import { jsonObjectSchema } from '../../domain/json.ts';
import type { JudgeCardView } from '../../domain/judge-card.ts';
import { judgesOf } from '../../domain/suite.ts';
import type { CalibrationView } from '../../domain/views/calibration-view.ts';
import type { Page } from '../../store/cursor.ts';
import { copyAnswers } from '../../store/earlier-answers.ts';
import { getJobDetail, insertJob, type JobSummary, listJobs, newestJob, requestCancel } from '../../store/jobs.ts';
import type { Scope } from '../../store/scope.ts';
import { endWithEvent } from '../end-of-job.ts';
import type { JobServiceParts } from '../service.ts';
import { createJobSources } from '../sources.ts';
import { spentView } from '../views.ts';
import { type CalibrationResolution, resolveCalibration } from './resolve.ts';
import { type ResolvedCalibration, resolvedCalibrationSchema } from './resolved.ts';

const KIND = 'calibration';

export interface CalibrationListRequest {
  readonly status?: JobStatus | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export type CalibrationService = ReturnType<typeof createCalibrationService>;

/** Compares judges with people. Each function takes the scope first and sees nothing outside it. */
export function createCalibrationService(parts: JobServiceParts) {
  const { database, queue, clock, registries } = parts;
  const { db } = database;

  async function get(scope: Scope, id: string): Promise<CalibrationView> {
    const row = await getJobDetail(db, scope.projectId, id, KIND);
    if (!row) throw new ParetuneError('not_found', `there is no calibration "${id}" in this project`);
    const card = row.status === 'succeeded' ? await registries.judges.get(scope, id) : null;
    return calibrationView(row, resolvedCalibrationSchema.parse(row.resolved), card);
  }

  return {
    get,

    /**
     * Stores the calibration and queues it, both or neither. One that is equal to the last that ended without a card begins with the
     * answers of that one; once there is a card, the judge is asked afresh, because what stands behind a model's name changes.
     */
    async submit(scope: Scope, request: CalibrationRequest): Promise<CalibrationView> {
      const { projectId } = scope;
      const { calibration, prices } = await resolveCalibration(request, {
        ...parts.resolve,
        sources: createJobSources(registries, scope),
      });
      const id = parts.ids.next('cal');
      const resolvedHash = hashOf(calibration);
      await database.transaction(async (tx) => {
        const last = await newestJob(tx, projectId, KIND, resolvedHash);
        const continues = last?.status === 'failed' || last?.status === 'cancelled' ? last.id : null;
        await insertJob(tx, {
          id,
          projectId,
          kind: KIND,
          name: calibration.evaluator.type,
          // Inline rows are a dataset version by now.
          request: { ...request, dataset: calibration.dataset.ref },
          resolved: jsonObjectSchema.parse({ ...calibration, continues }),
          resolvedHash,
          seed: 0,
          budget: calibration.budget,
          prices: [...prices],
          createdAt: clock.now(),
        });
        if (continues !== null) await copyAnswers(tx, projectId, { from: continues, to: id });
        await queue.enqueue(id, tx);
      });
      return get(scope, id);
    },

    /** Newest first, without cards. */
    async list(scope: Scope, request: CalibrationListRequest): Promise<Page<CalibrationView>> {
      const { items, nextCursor } = await listJobs(db, scope.projectId, { ...request, kind: KIND });
      const details = await Promise.all(items.map(({ id }) => getJobDetail(db, scope.projectId, id, KIND)));
      return {
        items: details.flatMap((row) =>
          row ? [{ ...calibrationView(row, resolvedCalibrationSchema.parse(row.resolved), null), resolved: {} }] : [],
        ),
        nextCursor,
      };
    },

    /** A queued one ends at once, a running one as soon as its calls are aborted; an ended one stays as it is. */
    async cancel(scope: Scope, id: string): Promise<CalibrationView> {
      const { projectId } = scope;
      const row = await requestCancel(db, projectId, id, KIND);
      if (!row) throw new ParetuneError('not_found', `there is no calibration "${id}" in this project`);
      if (row.status === 'queued')
        await endWithEvent(parts, { projectId, jobId: id }, { status: 'cancelled', stopReason: 'cancelled' });
      else await queue.cancel(id);
      return get(scope, id);
    },
  };
}

/** Of what is calibrated, and on what: equal ones ask the same. */
const hashOf = ({ evaluatorVersion, dataset, fields, repeats }: CalibrationResolution['calibration']): string =>
  contentHash({ version: evaluatorVersion, dataset: dataset.sha256, fields, repeats });

function calibrationView(
  row: JobSummary,
  calibration: ResolvedCalibration,
  card: JudgeCardView | null,
): CalibrationView {
  const { evaluator, judge, dataset, rows, repeats, budget, continues } = calibration;
  return {
    id: row.id,
    status: row.status,
    stopReason: row.stopReason,
    error: row.error,
    evaluator: evaluator.type,
    judges: judgesOf(evaluator, judge).map(({ model }) => model),
    dataset,
    rows,
    repeats,
    progress: { fraction: row.progress?.fraction ?? 0, verdicts: row.progress?.rollouts ?? 0 },
    spent: spentView(row.spent),
    budget: { ...budget },
    continues,
    card,
    resolved: jsonObjectSchema.parse(calibration),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
