import { Stack, Text } from '@mantine/core';
import { useOutletContext } from 'react-router';
import type { Job, Lineage } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useLineage } from '../../data/search.ts';
import { LineageGrid } from './lineage-grid.tsx';

/** How the winner came about: its ancestors from the baseline on, and beside each what came of it and led nowhere. */
export function Component() {
  const job = useOutletContext<Job>();
  const lineage = useLineage(job);
  if (lineage.isPending) return <Loading what="the lineage" height={480} />;
  if (lineage.isError) return <ProblemAlert error={lineage.error} onRetry={lineage.refetch} />;
  return (
    <Stack gap="sm">
      <title>{`Lineage of ${job.name || job.id} · Paretune`}</title>
      {lineage.data.items.length === 0 ? (
        <Empty title="No candidates yet">
          The tree begins with the baseline, as soon as a worker has taken the job up.
        </Empty>
      ) : (
        <>
          <Text size="sm">{sentence(lineage.data)}</Text>
          <LineageGrid job={job} lineage={lineage.data} />
          <Text size="xs" c="dimmed">
            Arrow keys move through the tree: right opens what is beside a candidate, left closes it, Enter leads to the
            candidate.
          </Text>
        </>
      )}
    </Stack>
  );
}

function sentence({ items, bestId, candidates, refusals }: Lineage): string {
  const refused = `${formatCount(refusals)} ${refusals === 1 ? 'proposal was' : 'proposals were'} refused before a rollout`;
  if (items.length === 1)
    return `The baseline leads. ${formatCount(candidates - 1)} ${candidates === 2 ? 'candidate' : 'candidates'} came of it and led nowhere; ${refused}.`;
  return `${formatCount(items.length)} of ${formatCount(candidates)} candidates lie on the way to ${bestId}; the others led nowhere and are folded away. ${refused[0]?.toUpperCase()}${refused.slice(1)}.`;
}
