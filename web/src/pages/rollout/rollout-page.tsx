import { Alert, Anchor, SegmentedControl, Stack, Title } from '@mantine/core';
import { Link, useOutletContext, useParams, useSearchParams } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { candidatePath } from '../../components/candidate-links.tsx';
import { Empty } from '../../components/empty.tsx';
import { Figures } from '../../components/figures.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { useRollouts, useRow } from '../../data/candidates.ts';
import { RolloutView } from './rollout-view.tsx';

const SPLITS = {
  train: 'train: the search learns from it',
  validation: 'validation: the search chooses on it',
  test: 'test: sealed, read by the confirmation alone',
} as const;

/** Everything that the record holds of one candidate on one row; of several runs the one that the URL names. */
export function Component() {
  const job = useOutletContext<Job>();
  const { candidateId = '', rowId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const rollouts = useRollouts(job.id, candidateId, rowId);
  if (rollouts.isPending) return <Loading what="the rollout" height={480} />;
  if (rollouts.isError) return <ProblemAlert error={rollouts.error} onRetry={rollouts.refetch} />;
  const { items } = rollouts.data;
  const rollout = items.find(({ repeat }) => String(repeat) === search.get('run')) ?? items[0];
  return (
    <Stack gap="lg">
      <title>{`${candidateId} on ${rowId} · Paretune`}</title>
      <Title order={2} style={{ overflowWrap: 'anywhere' }}>
        Candidate{' '}
        <Anchor component={Link} underline="always" to={candidatePath(job.id, candidateId)} inherit>
          {candidateId}
        </Anchor>{' '}
        on row {rowId}
      </Title>
      {items.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="Run"
          style={{ alignSelf: 'flex-start' }}
          data={items.map(({ repeat, purpose }) => ({ value: String(repeat), label: `Run ${repeat + 1}, ${purpose}` }))}
          value={String(rollout?.repeat ?? 0)}
          onChange={(run) => setSearch({ run }, { replace: true })}
        />
      )}
      <RowOfJob job={job} rowId={rowId} />
      {rollout ? (
        <RolloutView rollout={rollout} />
      ) : (
        <Empty title="Not measured">
          {candidateId} was never run on this row. A search looks at few rows of what it drops early.
        </Empty>
      )}
    </Stack>
  );
}

function RowOfJob({ job, rowId }: { readonly job: Job; readonly rowId: string }) {
  const row = useRow(job.id, rowId);
  if (row.isPending) return <Loading what="the row" height={120} />;
  if (row.isError) return <ProblemAlert error={row.error} onRetry={row.refetch} />;
  const { input, expected, context, cohort, metadata, split } = row.data;
  return (
    <Section title="The row">
      <Stack gap="sm">
        {split === 'test' && (
          <Alert color="yellow" variant="light" title="A sealed row">
            What is chosen by looking at sealed rows is not tested by them any more.
          </Alert>
        )}
        <Figures
          of={[
            { label: 'Split', value: SPLITS[split] },
            { label: 'Cohort', value: cohort ?? 'none' },
            ...Object.entries(metadata).map(([field, value]) => ({
              label: field,
              value: typeof value === 'string' ? value : JSON.stringify(value),
            })),
          ]}
        />
        <TextBlock label="Input" text={typeof input === 'string' ? input : JSON.stringify(input, null, 2)} />
        {expected !== undefined && (
          <TextBlock
            label="Expected"
            text={typeof expected === 'string' ? expected : JSON.stringify(expected, null, 2)}
          />
        )}
        {context.map((document, place) => {
          const label = `Context, document ${place + 1}`;
          return <TextBlock key={label} label={label} text={document} />;
        })}
      </Stack>
    </Section>
  );
}
