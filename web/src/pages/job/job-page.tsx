import { Alert, Text } from '@mantine/core';
import { Outlet, useLocation, useParams } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { JobStatus } from '../../components/job-status.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { useJobFeed } from '../../data/job-feed.ts';
import { useJob } from '../../data/jobs.ts';
import { JobActions } from './job-actions.tsx';
import { STOP_REASON_TEXTS } from './stop-reasons.ts';
import { JOB_TABS } from './tabs.ts';

/** Head and tabs of a job. A tab reads the job with `useOutletContext<Job>()`. */
export function Component() {
  const { jobId = '' } = useParams();
  const job = useJob(jobId);
  if (job.data) return <JobFrame job={job.data} />;
  return (
    <>
      <PageHead title="Job" />
      {job.isError ? <ProblemAlert error={job.error} onRetry={job.refetch} /> : <Loading what="the job" />}
    </>
  );
}

function JobFrame({ job }: { readonly job: Job }) {
  const { pathname } = useLocation();
  const { lost } = useJobFeed(job);
  const root = `/jobs/${job.id}`;
  const tabs = JOB_TABS.map(({ path, label }) => ({ label, to: path === '' ? root : `${root}/${path}` }));
  // A page below a tab belongs to it.
  const current = tabs.findLast(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to ?? root;
  return (
    <>
      <PageHead
        title={job.name || job.id}
        beside={
          <>
            <JobStatus status={job.status} />
            <Text size="sm" c="dimmed">
              {stateOf(job)}
            </Text>
          </>
        }
        actions={<JobActions job={job} />}
      />
      {lost !== null && !hasEnded(job) && (
        <Alert color="yellow" mb="sm" title="Not live just now">
          <Text size="sm">{lost}. The page tries again by itself; the job runs on without it.</Text>
        </Alert>
      )}
      <TabLinks label="Parts of the job" tabs={tabs} current={current} />
      <Outlet context={job} />
    </>
  );
}

/** Where it stands, or why it ended. */
function stateOf(job: Job): string {
  if (job.status === 'queued') return 'waits for a worker';
  if (job.status === 'running') return `${Math.round(job.progress.fraction * 100)} % of the budget`;
  return job.stopReason === null ? '' : STOP_REASON_TEXTS[job.stopReason];
}
