import { Anchor, Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { DatasetVersion } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { splitsText } from '../../components/dataset-splits.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useDatasets } from '../../data/datasets.ts';

const COLUMNS: readonly Column<DatasetVersion>[] = [
  {
    id: 'name',
    head: 'Dataset',
    width: 'minmax(12rem, 2fr)',
    cell: ({ name }) => (
      <Anchor component={Link} to={`/datasets/${name}`} size="sm" fw={550} truncate display="block">
        {name}
      </Anchor>
    ),
  },
  {
    id: 'version',
    head: 'Newest version',
    width: '12rem',
    cell: ({ name, version, ref }) => (
      <Anchor component={Link} to={`/datasets/${name}/versions/${version}`} size="sm" truncate display="block">
        {ref}
      </Anchor>
    ),
  },
  { id: 'rows', head: 'Rows', width: '7rem', align: 'end', cell: ({ rowCount }) => formatCount(rowCount) },
  {
    id: 'splits',
    head: 'Train / validation / test',
    width: '13rem',
    align: 'end',
    cell: ({ splits }) => splitsText(splits),
  },
  {
    id: 'warnings',
    head: 'Warnings',
    width: '7rem',
    align: 'end',
    cell: ({ warnings }) =>
      warnings.length === 0 ? (
        <Text size="sm" c="dimmed">
          none
        </Text>
      ) : (
        `▲ ${warnings.length}`
      ),
  },
  { id: 'created', head: 'Uploaded', width: '9rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

export function Component() {
  return (
    <>
      <PageHead
        title="Datasets"
        actions={
          <Button component={Link} to="/upload">
            Upload
          </Button>
        }
      />
      <PagedList
        noun="dataset"
        label="Datasets"
        paged={useDatasets()}
        columns={COLUMNS}
        rowKey={({ name }) => name}
        minWidth="62rem"
        empty={
          <Empty title="No datasets yet">
            A dataset is rows of an input and what is expected of it, as JSON Lines or CSV. Upload one here, or with{' '}
            <code>paretune import datasets FILE</code>.
          </Empty>
        }
      />
    </>
  );
}
