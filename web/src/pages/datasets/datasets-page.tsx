import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { DatasetVersion } from '../../../../src/client/index.ts';
import { DATASET_COLUMNS } from '../../components/dataset-columns.tsx';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { createdColumn, nameColumn, newestColumn } from '../../components/version-columns.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useDatasets } from '../../data/datasets.ts';

const COLUMNS: readonly Column<DatasetVersion>[] = [
  nameColumn('datasets', 'Dataset'),
  newestColumn('datasets'),
  ...DATASET_COLUMNS,
  createdColumn('Uploaded'),
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
