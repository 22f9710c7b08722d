import type { Row } from '../domain/dataset.ts';
import { headlineOf } from '../domain/objective.ts';
import type { CurvePoint } from '../domain/record.ts';
import type { Rollout } from '../domain/rollout.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import { byRow } from '../lab/aggregate-values.ts';
import { cohortTable } from '../lab/cohorts.ts';
import { wonAndLost } from '../lab/paired-figures.ts';
import type { Database } from '../store/database.ts';
import { countSealedReads, getCurve, listCandidates, listRefusals } from '../store/job-facts.ts';
import type { JobDetail } from '../store/jobs.ts';
import type { Scope } from '../store/scope.ts';
import { judgeFinalists } from './judge-finalists.ts';
import type { ReportFacts } from './report/facts.ts';
import type { ResolvedJob } from './resolved.ts';
import { jobView, paretoFrontier } from './views.ts';

export interface FactSources {
  readonly database: Database;
  readonly rows: (splits: readonly ('validation' | 'test')[]) => Promise<Row[]>;
  /** First runs of a candidate on train and validation rows. */
  readonly open: (candidateId: string) => Promise<Rollout[]>;
  /** Of all candidates on the sealed rows. */
  readonly sealed: () => Promise<Rollout[]>;
}

/** Gathers everything a report says from the record of a job. */
export async function reportFacts(
  scope: Scope,
  row: JobDetail,
  job: ResolvedJob,
  sources: FactSources,
): Promise<ReportFacts> {
  const { db } = sources.database;
  const curve = await getCurve(db, scope.projectId, row.id);
  const candidates = await listCandidates(db, scope.projectId, row.id);
  const validation = await sources.rows(['validation']);
  const test = await sources.rows(['test']);
  const winnerId = row.best?.candidateId ?? 'c0';
  const validated = new Set(curve.map((point) => point.candidateId));

  const onValidation = async (candidateId: string) => {
    const rollouts = await sources.open(candidateId);
    return Object.fromEntries(
      job.objectives.map(({ metric }) => [metric, aggregateMetric(metricRef(metric), validation, rollouts)]),
    );
  };
  const confirmed = await sources.sealed();
  const of = (candidateId: string) => confirmed.filter((rollout) => rollout.candidateId === candidateId);
  const finalistIds = row.verdict?.finalists ?? [];
  const judged =
    row.verdict === null
      ? null
      : judgeFinalists(
          { ...job, noise: row.noise },
          test,
          { id: 'c0', rollouts: of('c0') },
          finalistIds.map((candidateId) => ({ candidateId, rollouts: of(candidateId) })),
        );

  const evaluatorIds = job.suite.evaluators.map((spec) => spec.id);
  const cohortsOf = async (candidateId: string) =>
    judged && finalistIds.length > 0
      ? cohortTable(test, of(candidateId), evaluatorIds)
      : cohortTable(validation, await sources.open(candidateId), evaluatorIds);
  const shownId = winnerId === 'c0' && judged ? judged.decision.candidateId : winnerId;

  return {
    job: {
      ...row,
      name: row.name ?? '',
      resolvedSha256: row.resolvedHash,
      promptRef: job.promptRef,
      datasetRef: job.dataset.ref,
      suiteRef: job.suiteRef,
      rows: job.dataset.rows,
      optimizer: job.optimizer.type,
      models: job.models,
      objectives: job.objectives,
      spent: jobView(row).spent,
    },
    baselineId: 'c0',
    winnerId,
    candidates: await Promise.all(
      candidates.map(async ({ fate, createdAt: _createdAt, ...candidate }) => ({
        ...candidate,
        fates: fate ? [fate] : [],
        validation: validated.has(candidate.id) ? await onValidation(candidate.id) : null,
      })),
    ),
    curve,
    refusals: await listRefusals(db, scope.projectId, row.id),
    frontier: paretoFrontier(lastPoints(curve), job.objectives).map((point) => point.candidateId),
    sealed:
      judged && finalistIds.length > 0
        ? {
            rows: test.length,
            reads: (await countSealedReads(db, scope.projectId, job.dataset.sha256)).jobs,
            finalists: judged.compared.map(({ candidateId, metrics }) => ({
              candidateId,
              metrics,
              ...wonAndLost(headlineOf(job.objectives), test, byRow(of('c0')), byRow(of(candidateId))),
            })),
          }
        : null,
    cohorts: validated.has('c0')
      ? {
          split: judged && finalistIds.length > 0 ? 'test' : 'validation',
          baseline: await cohortsOf('c0'),
          candidate: await cohortsOf(shownId),
          candidateId: shownId,
        }
      : null,
    noise: row.noise,
    verdict: row.verdict,
    judgedId: judged?.decision.candidateId ?? null,
    warnings: row.warnings,
  };
}

/** Where each candidate stands in the end: a search may have told of one more than once. */
const lastPoints = (curve: readonly CurvePoint[]) => [
  ...new Map(curve.map((point) => [point.candidateId, point])).values(),
];
