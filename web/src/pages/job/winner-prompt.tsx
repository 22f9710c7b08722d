import { Stack, Title } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TextsDiff } from '../../components/texts-diff.tsx';
import { useBaselineAndBest } from '../../data/jobs.ts';

/** The winning texts as differences from the baseline's. */
export function WinnerPrompt({ job }: { readonly job: Job }) {
  const texts = useBaselineAndBest(job);
  if (texts.isPending) return <Loading what="the prompt" />;
  if (texts.isError) return <ProblemAlert error={texts.error} onRetry={texts.refetch} />;
  const { baseline, best } = texts.data;
  return (
    <Stack gap="xs">
      <Title order={2}>{best.id === 'c0' ? 'The baseline stays' : `Prompt of ${best.id} against the baseline`}</Title>
      <TextsDiff before={baseline.components} after={best.components} />
    </Stack>
  );
}
