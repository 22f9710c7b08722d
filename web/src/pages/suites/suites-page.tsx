import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { SuiteVersion } from '../../../../src/client/index.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { createdColumn, nameColumn, newestColumn } from '../../components/version-columns.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useSuites } from '../../data/suites.ts';

const COLUMNS: readonly Column<SuiteVersion>[] = [
  nameColumn('suites', 'Suite'),
  newestColumn('suites'),
  {
    id: 'evaluators',
    head: 'Evaluators',
    width: 'minmax(14rem, 3fr)',
    cell: ({ content }) => content.evaluators.map(({ id, type }) => (id === type ? id : `${id} (${type})`)).join(', '),
  },
  { id: 'gates', head: 'Gates', width: '6rem', align: 'end', cell: ({ content }) => content.gates?.length ?? 0 },
  createdColumn('Added'),
];

export function Component() {
  return (
    <>
      <PageHead title="Suites" />
      <PagedList
        noun="suite"
        label="Suites"
        paged={useSuites()}
        columns={COLUMNS}
        rowKey={({ name }) => name}
        minWidth="56rem"
        empty={
          <Empty title="No suites yet">
            A suite says what counts as good: evaluators with thresholds, and gates that a prompt must pass. Add one
            with <code>paretune import suites FILE</code>, or give a job one of its own. What there is to choose from is
            under{' '}
            <Anchor component={Link} to="/evaluators" size="sm" underline="always">
              Evaluators
            </Anchor>
            .
          </Empty>
        }
      />
    </>
  );
}
