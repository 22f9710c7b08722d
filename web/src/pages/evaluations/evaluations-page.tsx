import { Anchor, NativeSelect, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import type { Evaluation } from '../../../../src/client/index.ts';
import { formatUsd } from '../../../../src/domain/figures.ts';
import { JOB_STATUSES } from '../../../../src/domain/job.ts';
import { Empty } from '../../components/empty.tsx';
import { JobStatus } from '../../components/job-status.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { Decision } from '../../components/verdict.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useEvaluations } from '../../data/evaluations.ts';

const COLUMNS: readonly Column<Evaluation>[] = [
  {
    id: 'name',
    head: 'Evaluation',
    width: 'minmax(14rem, 2fr)',
    cell: ({ id, name }) => (
      <>
        <Anchor component={Link} to={`/evaluations/${id}`} size="sm" fw={550} display="block" truncate>
          {name || id}
        </Anchor>
        <Text size="xs" c="dimmed" truncate>
          {id}
        </Text>
      </>
    ),
  },
  { id: 'status', head: 'Status', width: '8rem', cell: ({ status }) => <JobStatus status={status} /> },
  {
    id: 'decision',
    head: 'Decision',
    width: '10rem',
    cell: ({ decision }) =>
      decision ? (
        <Decision decision={decision} />
      ) : (
        <Text size="sm" c="dimmed">
          none
        </Text>
      ),
  },
  {
    id: 'candidates',
    head: 'Candidates',
    width: '7rem',
    align: 'end',
    cell: ({ candidates }) => candidates.filter(({ isBaseline }) => !isBaseline).length,
  },
  {
    id: 'dataset',
    head: 'Rows',
    width: 'minmax(10rem, 1fr)',
    cell: ({ dataset }) => `${dataset.rows} ${dataset.split} rows of ${dataset.ref}`,
  },
  { id: 'usd', head: 'Cost', width: '7rem', align: 'end', cell: ({ spent }) => formatUsd(spent.usd) },
  { id: 'created', head: 'Submitted', width: '9rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

export function Component() {
  const [search, setSearch] = useSearchParams();
  const status = JOB_STATUSES.find((each) => each === search.get('status'));
  return (
    <>
      <PageHead title="Evaluations" />
      <Stack gap="sm">
        <NativeSelect
          size="xs"
          w={140}
          label="Status"
          data={[{ value: '', label: 'Any' }, ...JOB_STATUSES.map((each) => ({ value: each, label: each }))]}
          value={status ?? ''}
          onChange={({ currentTarget: { value } }) =>
            setSearch(value === '' ? {} : { status: value }, { replace: true })
          }
        />
        <PagedList
          noun="evaluation"
          label="Evaluations"
          paged={useEvaluations(status)}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          minWidth="70rem"
          empty={
            status ? (
              <Empty title="No evaluation is like that">Change the status to see others.</Empty>
            ) : (
              <Empty title="No evaluations yet">
                An evaluation measures prompts on the same rows, compares them with a baseline and says which gates they
                pass. Start one with <code>paretune eval</code>, <code>paretune gate</code> or{' '}
                <code>POST /v1/evaluations</code>.
              </Empty>
            )
          }
        />
      </Stack>
    </>
  );
}
