import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Candidate } from '../domain/candidate.ts';
import type { Row, Split } from '../domain/dataset.ts';
import { headlineOf } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import { byRow } from '../lab/aggregate-values.ts';
import { type Cohort, cohortTable } from '../lab/cohorts.ts';
import type { Diagnosis } from '../lab/diagnosis/diagnose.ts';
import { wonAndLost } from '../lab/paired-figures.ts';
import { type JudgeStanding, withStanding } from '../registry/judge-registry.ts';
import type { Database } from '../store/database.ts';
import type { Db } from '../store/db.ts';
import { countRollouts, countSealedReads, getCurveFigures, listCandidates } from '../store/job-facts.ts';
import type { JobDetail } from '../store/jobs.ts';
import { measuredRollouts, openRunsOnRows } from '../store/measured-rollouts.ts';
import { listRefusals } from '../store/refusals.ts';
import type { Scope } from '../store/scope.ts';
import { ablationNeeds } from './ablation-facts.ts';
import { type EvidenceParts, FailureEvidence, lineageOf } from './failure-evidence.ts';
import { judgeFinalists } from './judge-finalists.ts';
import { finalFrontier } from './pareto.ts';
import { type CandidateFacts, LISTED_CANDIDATES, type ReportFacts } from './report/facts.ts';
import type { ResolvedJob } from './resolved.ts';
import { jobView } from './views.ts';

export interface FactSources {
  readonly database: Database;
  readonly rows: Readonly<Record<Split, readonly Row[]>>;
  /** How the judges of the suite stand now. */
  readonly judges: readonly JudgeStanding[];
}

/** Gathers everything a report says from the record of a job. */
export async function reportFacts(
  scope: Scope,
  row: JobDetail,
  job: ResolvedJob,
  sources: FactSources,
): Promise<ReportFacts> {
  const { db } = sources.database;
  const curve = await getCurveFigures(db, scope.projectId, row.id);
  await yieldToEvents();
  const candidates = await listCandidates(db, scope.projectId, row.id);
  // What is read at once of a large search keeps an embedded database, and so this thread, busy: others go first in between.
  await yieldToEvents();
  const { train, validation, test } = sources.rows;
  const winnerId = row.best?.candidateId ?? 'c0';
  const told = new Set(curve.map((point) => point.candidateId));
  const fully = new Set(curve.filter(({ kind }) => kind === 'validation').map((point) => point.candidateId));

  const finalistIds = row.verdict?.finalists ?? [];
  const confirmed = await measuredRollouts(db, scope.projectId, row.id, 'sealed', ['c0', ...finalistIds]);
  const of = (candidateId: string) => confirmed.get(candidateId) ?? [];
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
  const confirmedCohorts = judged !== null && finalistIds.length > 0;
  const shownId = winnerId === 'c0' && judged ? judged.decision.candidateId : winnerId;
  const cohorts = new Map<string, Cohort[]>();
  if (confirmedCohorts) for (const id of ['c0', shownId]) cohorts.set(id, cohortTable(test, of(id), evaluatorIds));
  const summariesOf = (rollouts: readonly MeasuredRollout[]): NonNullable<CandidateFacts['validation']> => {
    const measured = byRow(rollouts);
    return Object.fromEntries(
      job.objectives.map(({ metric }) => [metric, aggregateMetric(metricRef(metric), validation, measured)]),
    );
  };
  const headline = metricRef(headlineOf(job.objectives).metric).base;
  // The runs of those that are read about; of the other candidates of a large search the curve tells.
  const listed = candidates.slice(0, LISTED_CANDIDATES).map(({ id }) => id);
  const readIds = new Set(['c0', shownId, ...listed].filter((id) => told.has(id)));
  const openRows = [...train, ...validation];
  const read = await measuredRollouts(db, scope.projectId, row.id, 'open', [...readIds], openRows.length);
  if (!confirmedCohorts)
    for (const id of ['c0', shownId]) {
      const runs = read.get(id);
      if (runs) cohorts.set(id, cohortTable(validation, runs, evaluatorIds));
    }
  const left =
    row.endedAt === null || !evaluatorIds.includes(headline)
      ? null
      : await leftToFix(db, row, { rows: openRows, candidates, evaluator: headline }, shownId);
  const sealedRuns = of(shownId).filter(({ repeat, scores }) => repeat === 0 && scores[headline]?.value != null);

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
    candidates: candidates.map(({ fate, createdAt: _createdAt, ...candidate }) => ({
      ...candidate,
      fates: fate ? [fate] : [],
      validation:
        fully.has(candidate.id) && readIds.has(candidate.id) ? summariesOf(read.get(candidate.id) ?? []) : null,
    })),
    curve,
    refusals: await listRefusals(db, scope.projectId, row.id),
    frontier: finalFrontier(curve, job.objectives).map((point) => point.candidateId),
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
    ablation: await ablationFacts(sources.database, job, row, candidates, winnerId),
    // Of a job that measured nothing there is nothing to say, and least of all that no failure is left.
    diagnosis:
      left === null || left.rows === 0
        ? null
        : {
            ...left,
            sealed:
              sealedRuns.length === 0
                ? null
                : {
                    rows: sealedRuns.length,
                    failures: sealedRuns.filter(({ scores }) => !scores[headline]?.pass).length,
                  },
          },
    cohorts: told.has('c0')
      ? {
          split: confirmedCohorts ? 'test' : 'validation',
          baseline: cohorts.get('c0') ?? [],
          candidate: cohorts.get(shownId) ?? [],
          candidateId: shownId,
        }
      : null,
    noise: row.noise,
    verdict: row.verdict,
    judgedId: judged?.decision.candidateId ?? null,
    judges: sources.judges.map(({ evaluator, judges, card }) => ({
      evaluator,
      judges: judges.map(({ model }) => model),
      card: card && { id: card.id, calibratedAt: card.calibratedAt, rows: card.rows, kappa: card.kappa },
    })),
    warnings: withStanding(row.warnings, sources.judges),
  };
}

/** Reads the runs on the rows that the shown prompt fails, and no others: of a large search those are few. */
async function leftToFix(
  db: Db,
  { projectId, id: jobId }: Pick<JobDetail, 'projectId' | 'id'>,
  of: Pick<EvidenceParts, 'rows' | 'candidates' | 'evaluator'>,
  shownId: string,
): Promise<Diagnosis> {
  const lineage = lineageOf(shownId, of.candidates);
  const measured = new Map<string, readonly MeasuredRollout[]>();
  const unknown = new Set(of.rows.map(({ id }) => id));
  for (const ancestor of lineage) {
    if (unknown.size === 0) break;
    const runs = (await measuredRollouts(db, projectId, jobId, 'open', [ancestor])).get(ancestor) ?? [];
    measured.set(ancestor, runs);
    for (const { rowId, scores } of runs) if (scores[of.evaluator]?.value != null) unknown.delete(rowId);
  }
  const evidence = new FailureEvidence({ ...of, lineage, measured });
  const wanted = { rowIds: evidence.failing, evaluator: of.evaluator, perRow: of.candidates.length };
  for await (const runs of openRunsOnRows(db, projectId, jobId, wanted)) evidence.see(runs);
  const again = await measuredRollouts(db, projectId, jobId, 'again', ['c0']);
  return evidence.diagnosis(again.get('c0') ?? []);
}

async function ablationFacts(
  { db }: Database,
  job: ResolvedJob,
  row: JobDetail,
  candidates: readonly Candidate[],
  winnerId: string,
): Promise<ReportFacts['ablation']> {
  const [baseline, winner] = ['c0', winnerId].map((each) => candidates.find((candidate) => candidate.id === each));
  if (!job.ablation || !baseline || !winner || winner === baseline) return null;
  return {
    candidateId: winnerId,
    needs: await ablationNeeds(db, job, row, { baseline, winner, candidates }),
    rollouts: await countRollouts(db, row.projectId, row.id, 'ablation'),
  };
}
