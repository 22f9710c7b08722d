import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link, type SetURLSearchParams, useSearchParams } from 'react-router';
import type { DatasetRow, RowFilter } from '../../../../src/client/index.ts';
import { SPLITS } from '../../../../src/domain/dataset.ts';
import { Empty } from '../../components/empty.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { Said } from '../../components/said.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useRows } from '../../data/datasets.ts';
import { RowDrawer } from './row-drawer.tsx';
import { RowFilters } from './row-filters.tsx';

const asLine = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The rows of a version, as many as there are. Filters and the row that is looked at are in the URL. */
export function RowBrowser({ name, version }: { readonly name: string; readonly version: number }) {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const looked = search.get('row');
  const filtered = Object.keys(filter).length > 0;
  return (
    <Stack gap="xs">
      <Title order={2}>Rows</Title>
      <RowFilters
        name={name}
        version={version}
        filter={filter}
        onChange={(next) => setSearch({ ...next }, { replace: true })}
      />
      <PagedList
        noun="row"
        label="Rows"
        paged={useRows(name, version, filter)}
        columns={columnsWith(search)}
        rowKey={({ id }) => id}
        minWidth="60rem"
        isCurrent={({ id }) => id === looked}
        empty={
          <Empty title={filtered ? 'No row is like that' : 'No rows'}>
            {filtered && 'Change the filters to see others.'}
          </Empty>
        }
      />
      {looked !== null && <RowDrawer name={name} version={version} id={looked} onClose={() => close(setSearch)} />}
    </Stack>
  );
}

function filterOf(search: URLSearchParams): RowFilter {
  const split = SPLITS.find((each) => each === search.get('split'));
  const [cohort, text] = [search.get('cohort'), search.get('search')];
  return { ...(split && { split }), ...(cohort && { cohort }), ...(text && { search: text }) };
}

const close = (setSearch: SetURLSearchParams) =>
  setSearch((search) => {
    search.delete('row');
    return search;
  });

const columnsWith = (search: URLSearchParams): readonly Column<DatasetRow>[] => [
  {
    id: 'id',
    head: 'Row',
    width: 'minmax(9rem, 1fr)',
    cell: ({ id }) => (
      <Anchor
        component={Link}
        to={`?${new URLSearchParams({ ...Object.fromEntries(search), row: id })}`}
        size="sm"
        truncate
        display="block"
      >
        {id}
      </Anchor>
    ),
  },
  {
    id: 'split',
    head: 'Split',
    width: '7rem',
    cell: ({ split, excluded }) =>
      excluded === undefined ? (
        (split ?? 'none')
      ) : (
        <Text size="sm" c="dimmed" title={excluded}>
          excluded
        </Text>
      ),
  },
  { id: 'cohort', head: 'Cohort', width: '8rem', cell: ({ cohort }) => <Said text={cohort} missing="none" /> },
  {
    id: 'input',
    head: 'Input',
    width: 'minmax(16rem, 4fr)',
    cell: ({ input }) => <Said text={asLine(input)} missing="empty" />,
  },
  {
    id: 'expected',
    head: 'Expected',
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ expected }) => <Said text={expected === undefined ? null : asLine(expected)} missing="not given" />,
  },
];
