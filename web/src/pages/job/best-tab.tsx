import { Grid, Stack } from '@mantine/core';
import { useOutletContext } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { Changes } from '../../components/changes.tsx';
import { Empty } from '../../components/empty.tsx';
import { Verdict } from '../../components/verdict.tsx';
import { ImportForm } from './import-form.tsx';
import { WinnerPrompt } from './winner-prompt.tsx';

/** The winning prompt: what it changes, why, and how to adopt it. */
export function Component() {
  const job = useOutletContext<Job>();
  if (job.best === null) {
    return (
      <Empty title="There is no best candidate yet">
        {hasEnded(job) ? 'The job ended before one was measured.' : 'It comes with the first point of the curve.'}
      </Empty>
    );
  }
  const isBaseline = job.best.candidateId === 'c0';
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xl">
          {job.verdict && <Verdict verdict={job.verdict} reason />}
          <WinnerPrompt job={job} />
          {!isBaseline && <Changes jobId={job.id} candidateId={job.best.candidateId} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        {!isBaseline && <ImportForm job={job} candidateId={job.best.candidateId} />}
      </Grid.Col>
    </Grid>
  );
}
