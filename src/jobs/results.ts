import { type Row, SPLITS, type Split } from '../domain/dataset.ts';
import { ParetuneError } from '../domain/errors.ts';
import { withComponents } from '../domain/prompt.ts';
import type {
  BestView,
  CandidateDetail,
  CandidateView,
  CurvePointView,
  RolloutView,
} from '../domain/views/job-view.ts';
import type { JobRowView } from '../domain/views/search-view.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import type { Page } from '../store/cursor.ts';
import type { Database } from '../store/database.ts';
import { candidatePage, getCurve, listRollouts, type PageRequest, type RolloutFilter } from '../store/job-facts.ts';
import type { JobDetail } from '../store/jobs.ts';
import { measuredRollouts } from '../store/measured-rollouts.ts';
import type { Scope } from '../store/scope.ts';
import { curveOutline, curvePointsAt, standingsOf } from '../store/standings.ts';
import { candidateDetail } from './candidate-detail.ts';
import { finalFrontier } from './pareto.ts';
import { buildReport, type Report } from './report/report.ts';
import { reportFacts } from './report-facts.ts';
import type { ResolvedJob } from './resolved.ts';
import { createSearchReads } from './search-reads.ts';
import { createJobSources, type Registries, rowsOfJob } from './sources.ts';
import { bestId, findCandidate, findJob } from './stored-job.ts';
import { thinnedCurve } from './thin-curve.ts';
import { candidateView, curvePointView, jobRowView, jobView, rolloutView } from './views.ts';

/** What a job has found, at any time: while it runs as after its end. Nothing here changes anything. */
export function createJobResults({
  database,
  registries,
}: {
  readonly database: Database;
  readonly registries: Registries;
}) {
  const { db } = database;

  const rows = (scope: Scope, job: ResolvedJob, splits: readonly Split[]): Promise<Record<Split, Row[]>> =>
    rowsOfJob(createJobSources(registries, scope), job, splits);

  return {
    ...createSearchReads({ database }),

    /** All points, or some that tell the curve. */
    async curve(scope: Scope, jobId: string, points?: number): Promise<CurvePointView[]> {
      await findJob(db, scope, jobId);
      if (points === undefined) return (await getCurve(db, scope.projectId, jobId)).map(curvePointView);
      const seqs = thinnedCurve(await curveOutline(db, scope.projectId, jobId), points);
      return (await curvePointsAt(db, scope.projectId, jobId, seqs)).map(curvePointView);
    },

    /** With their texts: all of them, or a page where one is asked for. */
    async candidates(scope: Scope, jobId: string, request: PageRequest = {}): Promise<Page<CandidateView>> {
      const { job } = await findJob(db, scope, jobId);
      const found = await candidatePage(db, scope.projectId, jobId, request);
      const standings = await standingsOf(db, scope.projectId, jobId, found.ids);
      return {
        items: found.items.map((candidate) => candidateView(candidate, job, standings.get(candidate.id) ?? null)),
        nextCursor: found.nextCursor,
      };
    },

    async candidate(scope: Scope, jobId: string, candidateId: string): Promise<CandidateDetail> {
      const { job } = await findJob(db, scope, jobId);
      const candidate = await findCandidate(db, scope, jobId, candidateId);
      const standings = await standingsOf(db, scope.projectId, jobId, [candidateId]);
      const measured = await measuredRollouts(db, scope.projectId, jobId, 'open', [candidateId]);
      const { train, validation } = await rows(scope, job, ['train', 'validation']);
      const view = candidateView(candidate, job, standings.get(candidateId) ?? null);
      return candidateDetail(view, job, measured.get(candidateId) ?? [], [...train, ...validation]);
    },

    /** Non-dominated candidates on their validation values, best headline first. */
    async frontier(scope: Scope, jobId: string): Promise<CurvePointView[]> {
      const { job } = await findJob(db, scope, jobId);
      const front = finalFrontier(await curveOutline(db, scope.projectId, jobId), job.objectives);
      const seqs = front.map(({ seq }) => seq);
      const points = new Map(
        (await curvePointsAt(db, scope.projectId, jobId, seqs)).map((point) => [point.seq, point]),
      );
      return seqs.flatMap((seq) => points.get(seq) ?? []).map(curvePointView);
    },

    /** A row of the dataset, in the split that it has in this job. */
    async row(scope: Scope, jobId: string, rowId: string): Promise<JobRowView> {
      const { job } = await findJob(db, scope, jobId);
      const { datasets } = registries;
      const version = await datasets.resolve(scope, job.dataset.ref);
      const row = await datasets.row(scope, version, rowId);
      const drawn = row && job.split && (await datasets.splitBy(scope, version, job.split));
      const split = drawn ? SPLITS.find((each) => drawn[each].includes(rowId)) : row?.split;
      if (!row || !split || row.excluded !== undefined)
        throw new ParetuneError('not_found', `job "${jobId}" has no row "${rowId}"`);
      return jobRowView(row, split);
    },

    async rollouts(scope: Scope, jobId: string, filter: RolloutFilter): Promise<Page<RolloutView>> {
      await findJob(db, scope, jobId);
      const page = await listRollouts(db, scope.projectId, jobId, filter);
      return { items: page.items.map(rolloutView), nextCursor: page.nextCursor };
    },

    /** The best candidate so far; after the end, the winner with its figures on the sealed rows. */
    async best(scope: Scope, jobId: string): Promise<BestView> {
      const { row, job } = await findJob(db, scope, jobId);
      const candidate = await findCandidate(db, scope, jobId, bestId(row)).catch(() => {
        throw new ParetuneError(
          'conflict',
          `job "${jobId}" is ${row.status} and has measured nothing yet; try again later`,
        );
      });
      return {
        candidateId: candidate.id,
        prompt: withComponents(job.prompt, candidate.components),
        scores: { ...row.best?.scores },
        test: await sealedFigures(scope, jobId, job, row),
        verdict: jobView(row).verdict,
        isBaseline: candidate.id === 'c0',
      };
    },

    /** Everything about the job, as data; renderers make Markdown, HTML or a terminal screen of it. */
    async report(scope: Scope, jobId: string): Promise<Report> {
      const { row, job } = await findJob(db, scope, jobId);
      const facts = await reportFacts(scope, row, job, {
        database,
        rows: await rows(scope, job, SPLITS),
        judges: await createJobSources(registries, scope).judges(job.suite, job.models.judge),
      });
      return buildReport(facts);
    },
  };

  async function sealedFigures(
    scope: Scope,
    jobId: string,
    job: ResolvedJob,
    row: JobDetail,
  ): Promise<BestView['test']> {
    if (row.verdict === null || row.verdict.metrics.length === 0) return null;
    const measured = await measuredRollouts(db, scope.projectId, jobId, 'sealed', ['c0', bestId(row)]);
    const { test: sealed } = await rows(scope, job, ['test']);
    const figures = (candidateId: string) =>
      job.objectives.map(({ metric }) => ({
        metric,
        summary: aggregateMetric(metricRef(metric), sealed, measured.get(candidateId) ?? []),
      }));
    const winner = figures(bestId(row));
    return {
      rows: sealed.length,
      baseline: Object.fromEntries(figures('c0').map(({ metric, summary }) => [metric, summary.value])),
      winner: Object.fromEntries(winner.map(({ metric, summary }) => [metric, summary.value])),
      intervals: Object.fromEntries(
        winner.map(({ metric, summary }) => [metric, summary.interval && { ...summary.interval }]),
      ),
    };
  }
}
