import { Outlet, useLocation, useParams } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { JobStatus } from '../../components/job-status.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { useJob } from '../../data/jobs.ts';
import { JOB_TABS } from './tabs.ts';

/** Head and tabs of a job. A tab reads the job with `useOutletContext<Job>()`. */
export function Component() {
  const { jobId = '' } = useParams();
  const job = useJob(jobId);
  if (job.isSuccess) return <JobFrame job={job.data} />;
  return (
    <>
      <PageHead title="Job" />
      {job.isError ? <ProblemAlert error={job.error} onRetry={job.refetch} /> : <Loading what="the job" />}
    </>
  );
}

function JobFrame({ job }: { readonly job: Job }) {
  const { pathname } = useLocation();
  const root = `/jobs/${job.id}`;
  const tabs = JOB_TABS.map(({ path, label }) => ({ label, to: path === '' ? root : `${root}/${path}` }));
  // A page below a tab belongs to it.
  const current = tabs.findLast(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to ?? root;
  return (
    <>
      <PageHead
        title={job.name || job.id}
        beside={<JobStatus status={job.status} />}
        actions={<CopyButton text={job.id} label="Copy id" />}
      />
      <TabLinks label="Parts of the job" tabs={tabs} current={current} />
      <Outlet context={job} />
    </>
  );
}
