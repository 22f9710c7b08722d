import { Text } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { formatDifference, formatMetric, formatP } from '../../../../src/domain/figures.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Score } from '../../components/score.tsx';
import { Section } from '../../components/section.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { type Report, useReport } from '../../data/report.ts';

type Figures = Report['objectives'][number];

/** Every objective of the baseline and of the winner, and what the sealed rows say about it. */
export function ObjectivesSection({ job }: { readonly job: Job }) {
  const { report, large } = useReport(job);
  if (job.best === null) return null;
  if (report.isError)
    return <ProblemAlert error={report.error} title="The report cannot be read" onRetry={report.refetch} />;
  if (!report.data && large) return <ScoresOfLargeJob job={job} />;
  if (!report.data) return <Loading what="the objectives" height={120} />;
  const { objectives, shownId } = report.data;
  const sealed = objectives.some((each) => each.sealed !== null);
  return (
    <Section title="Objectives">
      <SmallTable
        label="Objectives"
        heads={[
          'Objective',
          '>Baseline, search',
          `>${shownId}, search`,
          ...(sealed ? ['>Baseline, sealed', `>${shownId}, sealed`, '>Difference, sealed'] : []),
        ]}
        rows={objectives.map((each) => ({
          key: each.objective.metric,
          cells: [
            <Name key="name" figures={each} />,
            <Seen key="baseline" figures={each} of="baseline" />,
            <Seen key="shown" figures={each} of="shown" />,
            ...(sealed ? sealedCells(each) : []),
          ],
        }))}
      />
      <Text size="xs" c="dimmed">
        Search figures stand on open rows that the search chose by, so part of a gain there is luck.
        {sealed
          ? ' Sealed figures stand on rows that nothing was chosen by; differences are positive where the winner is better.'
          : ''}
      </Text>
    </Section>
  );
}

/** What the job itself says: the whole report of so large a search takes long to make. */
function ScoresOfLargeJob({ job: { baseline, best, verdict } }: { readonly job: Job }) {
  const sealed = (metric: string) => verdict?.metrics.find((each) => each.metric === metric);
  return (
    <Section title="Objectives">
      <SmallTable
        label="Objectives"
        heads={[
          'Objective',
          '>Baseline, search',
          `>${best?.candidateId}, search`,
          '>Baseline, sealed',
          '>Winner, sealed',
        ]}
        rows={Object.keys(best?.scores ?? {}).map((metric) => ({
          key: metric,
          cells: [
            metric,
            <Score key="baseline" metric={metric} value={baseline?.scores[metric]} />,
            <Score key="best" metric={metric} value={best?.scores[metric]} />,
            <Score key="before" metric={metric} value={sealed(metric)?.baseline} />,
            <Score key="after" metric={metric} value={sealed(metric)?.winner} />,
          ],
        }))}
      />
      <Text size="xs" c="dimmed">
        Intervals and the rows behind each figure are in the report, which takes a while for so large a search.
      </Text>
    </Section>
  );
}

function Name({ figures: { objective } }: { readonly figures: Figures }) {
  const { metric, goal, headline, limit, notWorseThanBaseline, perCohort } = objective;
  const rules = [
    goal,
    ...(headline ? ['headline'] : []),
    ...(limit === undefined ? [] : [`limit ${formatMetric(metric, limit)}`]),
    ...(notWorseThanBaseline === undefined ? [] : [`at most ${notWorseThanBaseline} worse than the baseline`]),
    ...(perCohort === undefined ? [] : [`in each ${perCohort}`]),
  ];
  return (
    <>
      {metric}
      <Text size="xs" c="dimmed">
        {rules.join(', ')}
      </Text>
    </>
  );
}

function Seen({ figures, of }: { readonly figures: Figures; readonly of: 'baseline' | 'shown' }) {
  const seen = figures[of];
  return (
    <>
      <Score metric={figures.objective.metric} value={seen?.value} interval={seen?.interval ?? null} />
      {seen && (
        <Text size="xs" c="dimmed">
          {seen.kind}
          {seen.rows === null ? '' : `, ${seen.rows} rows`}
        </Text>
      )}
    </>
  );
}

function sealedCells({ objective: { metric }, sealed }: Figures) {
  return [
    <Score key="before" metric={metric} value={sealed?.baseline} />,
    <Score key="after" metric={metric} value={sealed?.winner} />,
    sealed === null || sealed.difference === null ? (
      <Score key="difference" metric={metric} value={null} />
    ) : (
      <span key="difference">
        {formatDifference(metric, sealed.difference)}
        <Text size="xs" c="dimmed">
          {sealed.interval
            ? `${formatDifference(metric, sealed.interval.low)} to ${formatDifference(metric, sealed.interval.high)}, `
            : ''}
          {formatP(sealed.pValue)}, {sealed.rows} rows
        </Text>
      </span>
    ),
  ];
}
