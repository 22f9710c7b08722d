import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { JudgeCardAnswer } from '../../../../src/client/index.ts';
import { formatUsd } from '../../../../src/domain/figures.ts';
import { Empty } from '../../components/empty.tsx';
import { Kappa } from '../../components/kappa.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { useJudgeCards } from '../../data/judges.ts';

const COLUMNS: readonly Column<JudgeCardAnswer>[] = [
  {
    id: 'evaluator',
    head: 'Evaluator',
    width: 'minmax(12rem, 1.5fr)',
    cell: ({ id, evaluator }) => (
      <Anchor component={Link} to={`/judges/${id}`} size="sm" fw={550}>
        {evaluator.type}
      </Anchor>
    ),
  },
  {
    id: 'judges',
    head: 'Judges',
    width: 'minmax(12rem, 2fr)',
    cell: ({ judges }) => judges.map(({ config }) => config.model).join(', '),
  },
  { id: 'kappa', head: 'Agreement with people', width: '14rem', cell: ({ kappa }) => <Kappa kappa={kappa} /> },
  { id: 'rows', head: 'Labelled rows', width: '8rem', align: 'end', cell: ({ rows }) => rows },
  {
    id: 'warnings',
    head: 'Warnings',
    width: '7rem',
    align: 'end',
    cell: ({ warnings }) => (warnings.length === 0 ? 'none' : `▲ ${warnings.length}`),
  },
  {
    id: 'cost',
    head: 'Cost',
    width: '7rem',
    align: 'end',
    cell: ({ spent }) =>
      spent.usd === null ? (
        <Text size="sm" c="dimmed">
          no price
        </Text>
      ) : (
        formatUsd(spent.usd)
      ),
  },
  {
    id: 'at',
    head: 'Calibrated',
    width: '9rem',
    align: 'end',
    cell: ({ calibratedAt }) => <Moment at={calibratedAt} />,
  },
];

export function Component() {
  return (
    <>
      <PageHead title="Judges" />
      <PagedList
        noun="judge card"
        label="Judge cards"
        paged={useJudgeCards()}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        minWidth="70rem"
        empty={
          <Empty title="No judge was compared with people yet">
            A model that grades is only worth what it agrees with people. Label some rows by hand and run{' '}
            <code>paretune judges calibrate</code>: agreement, repeatability and bias then stand here.
          </Empty>
        }
      />
    </>
  );
}
