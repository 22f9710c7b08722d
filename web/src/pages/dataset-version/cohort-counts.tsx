import { Stack, Title } from '@mantine/core';
import { formatCount } from '../../../../src/domain/figures.ts';
import type { DatasetCohortView } from '../../../../src/domain/views/registry-view.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useCohorts } from '../../data/datasets.ts';

const figure = (
  id: 'rows' | 'train' | 'validation' | 'test' | 'excluded',
  head: string,
): Column<DatasetCohortView> => ({
  id,
  head,
  width: 'minmax(5rem, 7rem)',
  align: 'end',
  cell: (cohort) => formatCount(cohort[id]),
});

const COLUMNS: readonly Column<DatasetCohortView>[] = [
  { id: 'cohort', head: 'Cohort', width: 'minmax(8rem, 1fr)', cell: ({ cohort }) => cohort ?? 'without a cohort' },
  figure('rows', 'Rows'),
  figure('train', 'Train'),
  figure('validation', 'Validation'),
  figure('test', 'Test'),
  figure('excluded', 'Excluded'),
];

/** Rows of each cohort in each split. Nothing where no row has a cohort. */
export function CohortCounts({ name, version }: { readonly name: string; readonly version: number }) {
  const cohorts = useCohorts(name, version);
  if (cohorts.isError) return <ProblemAlert error={cohorts.error} onRetry={cohorts.refetch} />;
  const items = cohorts.data?.items ?? [];
  if (!items.some(({ cohort }) => cohort !== null)) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>Cohorts</Title>
      <VirtualTable
        label="Cohorts"
        rows={items}
        columns={COLUMNS}
        rowKey={({ cohort }) => cohort ?? ''}
        minWidth="34rem"
        maxHeight="18rem"
      />
    </Stack>
  );
}
