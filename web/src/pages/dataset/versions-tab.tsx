import { useParams } from 'react-router';
import type { DatasetVersion } from '../../../../src/client/index.ts';
import { DATASET_COLUMNS } from '../../components/dataset-columns.tsx';
import { Empty } from '../../components/empty.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { Said } from '../../components/said.tsx';
import { changeColumn, createdColumn, versionColumn } from '../../components/version-columns.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useDatasetVersions } from '../../data/datasets.ts';

const COLUMNS: readonly Column<DatasetVersion>[] = [
  versionColumn('datasets'),
  ...DATASET_COLUMNS,
  {
    id: 'message',
    head: 'What changed',
    width: 'minmax(10rem, 2fr)',
    cell: ({ message, author }) => <Said text={author ? `${message ?? 'not said'} (${author})` : message} />,
  },
  changeColumn('datasets'),
  createdColumn('Uploaded'),
];

export function Component() {
  const { name = '' } = useParams();
  return (
    <PagedList
      noun="version"
      label={`Versions of ${name}`}
      paged={useDatasetVersions(name)}
      columns={COLUMNS}
      rowKey={({ ref }) => ref}
      minWidth="66rem"
      empty={<Empty title="No versions" />}
    />
  );
}
