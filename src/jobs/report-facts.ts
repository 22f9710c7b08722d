import type { Candidate } from '../domain/candidate.ts';
import type { Row, Split } from '../domain/dataset.ts';
import { headlineOf } from '../domain/objective.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import { byRow } from '../lab/aggregate-values.ts';
import { type Cohort, cohortTable } from '../lab/cohorts.ts';
import { wonAndLost } from '../lab/paired-figures.ts';
import type { Database } from '../store/database.ts';
import { countRollouts, countSealedReads, getCurve, listCandidates } from '../store/job-facts.ts';
import type { JobDetail } from '../store/jobs.ts';
import { measuredByCandidate, measuredRollouts } from '../store/measured-rollouts.ts';
import { listRefusals } from '../store/refusals.ts';
import type { Scope } from '../store/scope.ts';
import { ablationNeeds } from './ablation-facts.ts';
import { FailureEvidence, lineageOf } from './failure-evidence.ts';
import { judgeFinalists } from './judge-finalists.ts';
import { finalFrontier } from './pareto.ts';
import type { CandidateFacts, ReportFacts } from './report/facts.ts';
import type { ResolvedJob } from './resolved.ts';
import { jobView } from './views.ts';

export interface FactSources {
  readonly database: Database;
  readonly rows: Readonly<Record<Split, readonly Row[]>>;
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
  const onValidation = new Map<string, NonNullable<CandidateFacts['validation']>>();
  const headline = metricRef(headlineOf(job.objectives).metric).base;
  const lineage = lineageOf(shownId, candidates);
  const failures =
    row.endedAt === null || !evaluatorIds.includes(headline)
      ? null
      : new FailureEvidence({
          rows: [...train, ...validation],
          candidates,
          evaluator: headline,
          lineage,
          measured: await measuredRollouts(db, scope.projectId, row.id, 'open', lineage),
        });
  const read = failures ? candidates.map(({ id }) => id) : [...told];
  for await (const { candidateId, rollouts } of measuredByCandidate(db, scope.projectId, row.id, 'open', read)) {
    failures?.see(rollouts);
    if (!told.has(candidateId)) continue;
    if (fully.has(candidateId)) onValidation.set(candidateId, summariesOf(rollouts));
    if (!confirmedCohorts && (candidateId === 'c0' || candidateId === shownId))
      cohorts.set(candidateId, cohortTable(validation, rollouts, evaluatorIds));
  }
  const again = failures && (await measuredRollouts(db, scope.projectId, row.id, 'again', ['c0']));
  const left = failures?.diagnosis(again?.get('c0') ?? []) ?? null;
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
      validation: fully.has(candidate.id) ? (onValidation.get(candidate.id) ?? summariesOf([])) : null,
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
    warnings: row.warnings,
  };
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
