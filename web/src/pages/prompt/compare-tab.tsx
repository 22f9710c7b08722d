import { Stack, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { DiffView } from '../../components/diff-view.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { partsOf } from '../../components/prompt-parts.ts';
import { useBetween, VersionPicker } from '../../components/version-picker.tsx';
import { usePrompt, usePromptVersion } from '../../data/prompts.ts';

/** Any two versions, part by part, word by word. */
export function Component() {
  const { name = '' } = useParams();
  const prompt = usePrompt(name);
  if (prompt.isError) return <ProblemAlert error={prompt.error} onRetry={prompt.refetch} />;
  if (prompt.isPending) return <Loading what="the versions" />;
  return <Compared name={name} newest={prompt.data.latest.version} />;
}

function Compared({ name, newest }: { readonly name: string; readonly newest: number }) {
  const between = useBetween(newest);
  const from = usePromptVersion(name, between.from);
  const to = usePromptVersion(name, between.to);
  const failed = [from, to].find(({ isError }) => isError);
  if (newest === 1)
    return <Empty title="There is only one version">Two can be compared as soon as there is another.</Empty>;
  return (
    <Stack gap="md">
      <VersionPicker newest={newest} />
      {failed && <ProblemAlert error={failed.error} onRetry={failed.refetch} />}
      {!failed && (from.isPending || to.isPending) && <Loading what="the two versions" />}
      {from.data && to.data && <Differences from={from.data} to={to.data} />}
    </Stack>
  );
}

function Differences({ from, to }: { readonly from: PromptVersion; readonly to: PromptVersion }) {
  const [before, after] = [partsOf(from.content), partsOf(to.content)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((part) => before.get(part) !== after.get(part));
  if (changed.length === 0) return <Empty title="Nothing differs">Both versions have the same content.</Empty>;
  const same = names.filter((part) => !changed.includes(part));
  return (
    <Stack gap="md">
      {changed.map((part) => (
        <Stack key={part} gap={4}>
          <Title order={2}>{part}</Title>
          <DiffView label={`Differences in ${part}`} before={before.get(part) ?? ''} after={after.get(part) ?? ''} />
        </Stack>
      ))}
      {same.length > 0 && (
        <Text size="sm" c="dimmed">
          Unchanged: {same.join(', ')}.
        </Text>
      )}
    </Stack>
  );
}
