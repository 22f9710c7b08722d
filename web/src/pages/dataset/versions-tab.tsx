import { Anchor } from '@mantine/core';
import { Link, useParams } from 'react-router';
import type { DatasetVersion } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { splitsText } from '../../components/dataset-splits.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { Said } from '../../components/said.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useDatasetVersions } from '../../data/datasets.ts';

const COLUMNS: readonly Column<DatasetVersion>[] = [
  {
    id: 'version',
    head: 'Version',
    width: '8rem',
    cell: ({ name, version }) => (
      <Anchor component={Link} to={`/datasets/${name}/versions/${version}`} size="sm" fw={550}>
        Version {version}
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
    cell: ({ warnings }) => (warnings.length === 0 ? 'none' : `▲ ${warnings.length}`),
  },
  {
    id: 'message',
    head: 'What changed',
    width: 'minmax(10rem, 2fr)',
    cell: ({ message, author }) => <Said text={author ? `${message ?? 'not said'} (${author})` : message} />,
  },
  {
    id: 'diff',
    head: 'Change',
    width: '9rem',
    cell: ({ name, version }) =>
      version > 1 ? (
        <Anchor component={Link} to={`/datasets/${name}/compare?from=${version - 1}&to=${version}`} size="sm">
          from version {version - 1}
        </Anchor>
      ) : null,
  },
  { id: 'created', head: 'Uploaded', width: '9rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
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
