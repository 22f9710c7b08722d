import { Group, Stack, Text, Title } from '@mantine/core';
import type { Job } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { DiffView } from '../../components/diff-view.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
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
      {Object.entries(best.components).map(([component, text]) => (
        <Stack key={component} gap={4}>
          <Group justify="space-between">
            <Text size="sm" fw={550}>
              {component}
            </Text>
            <CopyButton text={text} />
          </Group>
          <DiffView label={`Differences in ${component}`} before={baseline.components[component] ?? ''} after={text} />
        </Stack>
      ))}
    </Stack>
  );
}
