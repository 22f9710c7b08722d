import { Alert, Group, Stack, Text } from '@mantine/core';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { Verdict } from '../../components/verdict.tsx';
import { useReport } from '../../data/report.ts';

/** What came of the job, in one sentence that says on which rows it stands. */
export function Outcome({ job }: { readonly job: Job }) {
  const { report } = useReport(job);
  const outcome = report.data?.outcome;
  return (
    <Stack gap={6}>
      {job.error !== null && (
        <Alert color="red" title="The job failed">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {job.error}
          </Text>
        </Alert>
      )}
      {job.verdict ? (
        <Verdict verdict={job.verdict} reason />
      ) : (
        <Text size="sm">
          {outcome && hasEnded(job) && job.error === null ? outcome.sentence : WITHOUT_VERDICT[job.status]}
        </Text>
      )}
      {outcome && job.best && !job.verdict && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {outcome.figures}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

const WITHOUT_VERDICT: Readonly<Record<Job['status'], string>> = {
  queued: 'The job has not started yet.',
  running: 'The job runs: every figure here is provisional. The verdict on the sealed rows comes at its end.',
  succeeded: 'There is no verdict on sealed rows.',
  failed: 'The job ended before a verdict. What it found until then is below.',
  cancelled: 'The job was cancelled before a verdict. What it found until then is below.',
};
