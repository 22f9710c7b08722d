import { Anchor, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { ApiProblem, type CandidateWithScores, type Job } from '../../../../src/client/index.ts';
import { comparePath } from '../../components/candidate-links.tsx';
import { ComparedRows } from '../../components/compared-rows.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useComparison } from '../../data/comparisons.ts';
import { objectivesOf } from '../../data/objectives.ts';

/** The open rows that the candidate wins from another one, and those that it loses to it: those first. */
export function WonAndLost({ job, candidate }: { readonly job: Job; readonly candidate: CandidateWithScores }) {
  const [search, setSearch] = useSearchParams();
  const others = [...new Set([...candidate.parents, 'c0'])];
  const versus = others.find((id) => id === search.get('versus')) ?? others[0] ?? 'c0';
  const choose = (value: string) =>
    setSearch(
      (known) => {
        known.set('versus', value);
        return known;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <section>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2}>Rows won and lost</Title>
        {others.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Against"
            data={others.map((id) => ({ value: id, label: `Against ${id === 'c0' ? 'the baseline' : id}` }))}
            value={versus}
            onChange={choose}
          />
        )}
      </Group>
      <Versus job={job} candidateId={candidate.id} versus={versus} />
    </section>
  );
}

function Versus({
  job,
  candidateId,
  versus,
}: {
  readonly job: Job;
  readonly candidateId: string;
  readonly versus: string;
}) {
  const [a, b] = [`${job.id}/${versus}`, `${job.id}/${candidateId}`];
  const metric = objectivesOf(job).headline.metric;
  const comparison = useComparison(a, b, { split: 'open', sort: 'lost', metric });
  if (comparison.isPending) return <Loading what="the rows" height={160} />;
  if (comparison.isError) {
    if (comparison.error instanceof ApiProblem && comparison.error.status === 422)
      return (
        <Empty title="No row was measured for both">
          A search looks at few rows of what it drops early.{' '}
          <Anchor component={Link} underline="always" to={comparePath(a, b)} size="sm">
            Compare them
          </Anchor>{' '}
          on rows that both are run on.
        </Empty>
      );
    return <ProblemAlert error={comparison.error} onRetry={comparison.refetch} />;
  }
  const [first] = comparison.data.pages;
  if (!first) return null;
  const { won, lost, tied, missing } = first.outcomes;
  const decided = comparison.data.pages
    .flatMap(({ rows }) => rows.items)
    .filter(({ outcome }) => outcome === 'lost' || outcome === 'won');
  return (
    <Stack gap="xs">
      <Text size="sm">
        {metric} on the train and validation rows that both were run on: {won} won, {lost} lost, {tied} alike; {missing}{' '}
        not measured for both.{' '}
        <Anchor component={Link} underline="always" to={comparePath(a, b)} size="sm">
          All rows side by side
        </Anchor>
      </Text>
      {decided.length > 0 && (
        <ComparedRows
          a={a}
          b={b}
          metric={metric}
          rows={decided}
          maxHeight="24rem"
          onEnd={
            comparison.hasNextPage && !comparison.isFetchingNextPage ? () => void comparison.fetchNextPage() : undefined
          }
        />
      )}
    </Stack>
  );
}
