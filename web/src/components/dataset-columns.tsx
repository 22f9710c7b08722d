import { Text } from '@mantine/core';
import type { DatasetVersion } from '../../../src/client/index.ts';
import { formatCount } from '../../../src/domain/figures.ts';
import type { Column } from './virtual-table.tsx';

/** How large a version of a dataset is, and whether something speaks against its rows. */
export const DATASET_COLUMNS: readonly Column<Pick<DatasetVersion, 'rowCount' | 'splits' | 'warnings'>>[] = [
  { id: 'rows', head: 'Rows', width: '7rem', align: 'end', cell: ({ rowCount }) => formatCount(rowCount) },
  {
    id: 'splits',
    head: 'Train / validation / test',
    width: '13rem',
    align: 'end',
    cell: ({ splits }) => {
      if (!splits) return 'not said';
      const { train = 0, validation = 0, test = 0 } = splits;
      return [train, validation, test].map(formatCount).join(' / ');
    },
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
];
