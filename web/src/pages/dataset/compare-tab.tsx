import { Stack, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { formatCount } from '../../../../src/domain/figures.ts';
import type { DatasetDiffView } from '../../../../src/domain/views/registry-view.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useBetween, VersionPicker } from '../../components/version-picker.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useDatasetDiff, useDatasetVersions } from '../../data/datasets.ts';

type Item = DatasetDiffView['items'][number];

const MARKS = { added: '+ added', removed: '− removed', changed: '~ changed' } as const;
const inputOf = (row: Item['before']) =>
  row === null ? '' : typeof row.input === 'string' ? row.input : JSON.stringify(row.input);
const expectedOf = (row: Item['before']) =>
  row?.expected === undefined ? '' : typeof row.expected === 'string' ? row.expected : JSON.stringify(row.expected);

const COLUMNS: readonly Column<Item>[] = [
  { id: 'id', head: 'Row', width: 'minmax(9rem, 1fr)', cell: ({ id }) => id },
  { id: 'change', head: 'Change', width: '7rem', cell: ({ change }) => MARKS[change] },
  { id: 'fields', head: 'Fields', width: '9rem', cell: ({ fields }) => fields.join(', ') },
  {
    id: 'input',
    head: 'Input',
    width: 'minmax(14rem, 3fr)',
    cell: ({ before, after }) => (
      <Text size="sm" lineClamp={2}>
        {inputOf(after ?? before)}
      </Text>
    ),
  },
  {
    id: 'expected',
    head: 'Expected',
    width: 'minmax(10rem, 2fr)',
    cell: ({ before, after }) => {
      const [was, is] = [expectedOf(before), expectedOf(after)];
      return (
        <Text size="sm" lineClamp={2}>
          {was !== '' && was !== is && <del>{was}</del>} {was === is ? is : <ins>{is}</ins>}
        </Text>
      );
    },
  },
];

/** Rows added, removed and changed between any two versions, by their ids. */
export function Component() {
  const { name = '' } = useParams();
  const versions = useDatasetVersions(name);
  const newest = versions.items[0]?.version;
  if (versions.query.isError) return <ProblemAlert error={versions.query.error} onRetry={versions.query.refetch} />;
  if (newest === undefined) return <Loading what="the versions" />;
  if (newest === 1)
    return <Empty title="There is only one version">Two can be compared as soon as there is another.</Empty>;
  return <Compared name={name} newest={newest} />;
}

function Compared({ name, newest }: { readonly name: string; readonly newest: number }) {
  const between = useBetween(newest);
  const diff = useDatasetDiff(name, between);
  return (
    <Stack gap="md">
      <VersionPicker newest={newest} />
      {diff.isError && <ProblemAlert error={diff.error} onRetry={diff.refetch} />}
      {diff.isPending && <Loading what="the differences" />}
      {diff.data && <Rows diff={diff.data} />}
    </Stack>
  );
}

function Rows({ diff: { counts, items, nextCursor } }: { readonly diff: DatasetDiffView }) {
  const { added, removed, changed, unchanged } = counts;
  return (
    <>
      <Text size="sm" role="status">
        {formatCount(added)} added, {formatCount(removed)} removed, {formatCount(changed)} changed,{' '}
        {formatCount(unchanged)} unchanged.
        {nextCursor !== null && ` The first ${formatCount(items.length)} are shown.`}
      </Text>
      {items.length === 0 ? (
        <Empty title="Nothing differs">Both versions have the same rows.</Empty>
      ) : (
        <VirtualTable
          label="Rows that differ"
          rows={items}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          minWidth="58rem"
        />
      )}
    </>
  );
}
