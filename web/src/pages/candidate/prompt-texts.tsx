import { Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useSearchParams } from 'react-router';
import type { CandidateWithScores, Job } from '../../../../src/client/index.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TextsDiff } from '../../components/texts-diff.tsx';
import { useCandidate } from '../../data/candidates.ts';

/** The texts of a candidate: as they are, or as differences from the baseline or a parent. The choice is in the URL. */
export function PromptTexts({ job, candidate }: { readonly job: Job; readonly candidate: CandidateWithScores }) {
  const [search, setSearch] = useSearchParams();
  const parents = candidate.parents.filter((id) => id !== 'c0');
  const choices = [
    ...(candidate.parents.length > 0 ? [{ value: 'c0', label: 'Against the baseline' }] : []),
    ...parents.map((id) => ({ value: id, label: `Against ${id}` })),
    { value: 'none', label: 'The text' },
  ];
  const asked = search.get('against');
  const against = choices.find(({ value }) => value === asked)?.value ?? choices[0]?.value ?? 'none';
  const choose = (value: string) =>
    setSearch(
      (known) => {
        known.set('against', value);
        return known;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <section>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2}>Prompt</Title>
        {choices.length > 1 && (
          <SegmentedControl size="xs" aria-label="Show" data={choices} value={against} onChange={choose} />
        )}
      </Group>
      {against === 'none' ? (
        <TextsDiff before={candidate.components} after={candidate.components} isWhole />
      ) : (
        <Against jobId={job.id} other={against} candidate={candidate} />
      )}
    </section>
  );
}

function Against({
  jobId,
  other,
  candidate,
}: {
  readonly jobId: string;
  readonly other: string;
  readonly candidate: CandidateWithScores;
}) {
  const before = useCandidate(jobId, other);
  if (before.isPending) return <Loading what={`the text of ${other}`} />;
  if (before.isError) return <ProblemAlert error={before.error} onRetry={before.refetch} />;
  return (
    <>
      <TextsDiff before={before.data.components} after={candidate.components} />
      <Text size="xs" c="dimmed">
        Struck through: only in {other === 'c0' ? 'the baseline' : other}. Underlined: only in {candidate.id}.
      </Text>
    </>
  );
}
