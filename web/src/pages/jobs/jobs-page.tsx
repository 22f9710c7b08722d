import { Button, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { JOB_STATUSES } from '../../../../src/domain/job.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { type JobFilter, useJobs } from '../../data/jobs.ts';
import { JobFilters } from './job-filters.tsx';
import { JobsTable } from './jobs-table.tsx';

/** Every job of the project; the filters are in the URL. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const jobs = useJobs(filter);
  const found = jobs.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHead
        title="Jobs"
        actions={
          <Button component={Link} to="/jobs/new">
            New job
          </Button>
        }
      />
      <Stack gap="sm">
        <JobFilters filter={filter} onChange={(next) => setSearch({ ...next }, { replace: true })} />
        {jobs.isPending && <Loading what="jobs" />}
        {jobs.isError && <ProblemAlert error={jobs.error} onRetry={jobs.refetch} />}
        {jobs.isSuccess && found.length === 0 && (filtered ? <NoneLikeThat /> : <NoneYet />)}
        {found.length > 0 && (
          <JobsTable
            jobs={found}
            onEnd={jobs.hasNextPage && !jobs.isFetchingNextPage ? () => void jobs.fetchNextPage() : undefined}
          />
        )}
        {found.length > 0 && (
          <Text size="xs" c="dimmed" role="status">
            {jobs.isFetchingNextPage
              ? 'Loading more …'
              : `${found.length} ${found.length === 1 ? 'job' : 'jobs'}${jobs.hasNextPage ? ' so far; scroll for more' : ''}`}
          </Text>
        )}
      </Stack>
    </>
  );
}

function filterOf(search: URLSearchParams): JobFilter {
  const status = JOB_STATUSES.find((each) => each === search.get('status'));
  const prompt = search.get('prompt');
  return { ...(status && { status }), ...(prompt && { prompt }) };
}

const NoneLikeThat = () => <Empty title="No job is like that">Change the filters to see others.</Empty>;

const NoneYet = () => (
  <Empty title="No jobs yet">
    A job takes a prompt, a dataset and what counts as good, and searches for a better prompt under a budget.{' '}
    <Link to="/jobs/new">Submit one</Link> here, or with <code>paretune submit job.yaml</code> or{' '}
    <code>POST /v1/jobs</code>.
  </Empty>
);
