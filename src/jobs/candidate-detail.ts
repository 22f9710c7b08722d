import type { Row } from '../domain/dataset.ts';
import type { MeasuredRollout } from '../domain/rollout.ts';
import type { CandidateDetail, CandidateView } from '../domain/views/job-view.ts';
import { aggregateMetric, metricRef } from '../lab/aggregate.ts';
import { cohortTable } from '../lab/cohorts.ts';
import type { ResolvedJob } from './resolved.ts';

/** A candidate with its scores by evaluator and by cohort, on every search row that it was measured on. */
export function candidateDetail(
  view: CandidateView,
  job: ResolvedJob,
  rollouts: readonly MeasuredRollout[],
  rows: readonly Row[],
): CandidateDetail {
  const measured = new Set(rollouts.map((rollout) => rollout.rowId));
  const seen = rows.filter((row) => measured.has(row.id));
  const cohorts = [...new Set(seen.flatMap((row) => row.cohort ?? []))].sort();
  return {
    ...view,
    evaluators: Object.fromEntries(
      job.suite.evaluators.map(({ id }) => {
        const mean = aggregateMetric(metricRef(id), seen, rollouts);
        const passRate = aggregateMetric(metricRef(`${id}.passRate`), seen, rollouts);
        return [
          id,
          {
            mean: mean.value,
            passRate: passRate.value,
            rows: mean.rows,
            missing: mean.missing,
            interval: mean.interval && { ...mean.interval },
          },
        ];
      }),
    ),
    cohorts: cohorts.flatMap((cohort) => {
      const members = seen.filter((row) => row.cohort === cohort);
      return job.suite.evaluators.map(({ id }) => {
        const passRate = aggregateMetric(metricRef(`${id}.passRate`), members, rollouts);
        return {
          cohort,
          evaluator: id,
          failRate: passRate.value === null ? null : 1 - passRate.value,
          rows: passRate.rows,
        };
      });
    }),
    cohortTable: cohortTable(
      seen,
      rollouts,
      job.suite.evaluators.map(({ id }) => id),
    ).map((cohort) => ({
      ...cohort,
      evaluators: cohort.evaluators.map(({ interval, ...rate }) => ({
        ...rate,
        interval: interval && { ...interval },
      })),
    })),
  };
}
