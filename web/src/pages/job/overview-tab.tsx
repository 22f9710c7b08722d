import { Alert, Stack, Text } from '@mantine/core';
import { useOutletContext } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { Verdict } from '../../components/verdict.tsx';
import { WinnerPrompt } from './winner-prompt.tsx';

/** What came of a job, at a glance. */
export function Component() {
  const job = useOutletContext<Job>();
  return (
    <Stack gap="md">
      {job.error !== null && (
        <Alert color="red" title="The job failed">
          <Text size="sm">{job.error}</Text>
        </Alert>
      )}
      {job.verdict && <Verdict verdict={job.verdict} reason />}
      {job.best && <WinnerPrompt job={job} />}
    </Stack>
  );
}
