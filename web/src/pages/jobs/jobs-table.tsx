import { Anchor, Progress, Text } from '@mantine/core';
import { Link } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { formatCount, formatUsd } from '../../../../src/domain/figures.ts';
import { JobStatus } from '../../components/job-status.tsx';
import { Moment } from '../../components/moment.tsx';
import { Score } from '../../components/score.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { listedOf, optimizerText } from '../../data/resolved.ts';

const COLUMNS: readonly Column<Job>[] = [
  {
    id: 'name',
    head: 'Job',
    width: 'minmax(13rem, 2fr)',
    cell: (job) => (
      <>
        <Anchor component={Link} to={`/jobs/${job.id}`} size="sm" fw={550} display="block" truncate>
          {job.name || job.id}
        </Anchor>
        <Text size="xs" c="dimmed" truncate>
          {job.id}
        </Text>
      </>
    ),
  },
  { id: 'prompt', head: 'Prompt, optimizer', width: 'minmax(10rem, 1fr)', cell: (job) => <Given job={job} /> },
  { id: 'status', head: 'Status', width: '8rem', cell: (job) => <JobStatus status={job.status} /> },
  { id: 'progress', head: 'Progress', width: '6rem', cell: (job) => <Fraction job={job} /> },
  {
    id: 'verdict',
    head: 'Verdict',
    width: '9rem',
    cell: (job) =>
      job.verdict ? (
        <Verdict verdict={job.verdict} />
      ) : (
        <Text size="sm" c="dimmed">
          none{hasEnded(job) ? '' : ' yet'}
        </Text>
      ),
  },
  { id: 'score', head: 'Score in the search', width: '10rem', align: 'end', cell: (job) => <Change job={job} /> },
  { id: 'spent', head: 'Spent', width: '11rem', align: 'end', cell: (job) => <Spent job={job} /> },
  { id: 'created', head: 'Submitted', width: '9rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

export function JobsTable({
  jobs,
  onEnd,
}: {
  readonly jobs: readonly Job[];
  readonly onEnd?: (() => void) | undefined;
}) {
  return (
    <VirtualTable label="Jobs" rows={jobs} columns={COLUMNS} rowKey={(job) => job.id} minWidth="76rem" onEnd={onEnd} />
  );
}

/** What is searched for better texts, and by what. */
function Given({ job }: { readonly job: Job }) {
  const listed = listedOf(job);
  if (listed === null) return null;
  return (
    <>
      <Text size="sm" truncate>
        <VersionLink of="prompts" reference={listed.promptRef ?? 'given with the job'} />
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {optimizerText(listed)}
      </Text>
    </>
  );
}

function Spent({ job: { spent, budget } }: { readonly job: Job }) {
  const of = (limit: string | undefined) => (limit === undefined ? '' : ` of ${limit}`);
  return (
    <>
      <Text size="sm">
        {formatCount(spent.rollouts)}
        {of(budget.rollouts === undefined ? undefined : formatCount(budget.rollouts))} rollouts
      </Text>
      <Text size="xs" c="dimmed">
        {formatUsd(spent.usd)}
        {of(budget.usd === undefined ? undefined : formatUsd(budget.usd))}
      </Text>
    </>
  );
}

function Fraction({ job }: { readonly job: Job }) {
  if (job.status === 'queued') return <Text size="sm">waiting</Text>;
  const percent = Math.round(job.progress.fraction * 100);
  return (
    <>
      <Progress value={percent} size="sm" aria-label="Progress of the job" color={hasEnded(job) ? 'gray' : 'blue'} />
      <Text size="xs" c="dimmed">
        {percent} %
      </Text>
    </>
  );
}

/** Baseline and best candidate in the first objective that both have. */
function Change({ job }: { readonly job: Job }) {
  const metric = Object.keys(job.baseline?.scores ?? job.best?.scores ?? {})[0];
  if (metric === undefined) return <Score metric="" value={null} />;
  return (
    <>
      <Score metric={metric} value={job.baseline?.scores[metric]} />
      <span aria-hidden> → </span>
      <span className="only-read-aloud">, best </span>
      <Score metric={metric} value={job.best?.scores[metric]} />
    </>
  );
}
