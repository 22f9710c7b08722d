import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Job, StandingsQuery } from '../../../../src/client/index.ts';
import { formatCount, formatMetric } from '../../../../src/domain/figures.ts';
import { CandidateLinks, candidatePath } from '../../components/candidate-links.tsx';
import { Fate } from '../../components/fate.tsx';
import { Score } from '../../components/score.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { objectivesOf } from '../../data/objectives.ts';
import type { Summary } from '../../data/search.ts';

type Objectives = ReturnType<typeof objectivesOf>;

export function CandidatesTable({
  job,
  candidates,
  query,
  onChange,
  onEnd,
}: {
  readonly job: Job;
  readonly candidates: readonly Summary[];
  readonly query: StandingsQuery;
  readonly onChange: (next: Readonly<Record<string, string>>) => void;
  readonly onEnd?: (() => void) | undefined;
}) {
  const objectives = objectivesOf(job);
  const columns = columnsOf(job.id, objectives).map((column) => ({
    ...column,
    ...sorting(column, objectives, query, onChange),
  }));
  return (
    <VirtualTable
      label="Candidates"
      rows={candidates}
      columns={columns}
      rowKey={({ id }) => id}
      minWidth={`${62 + 8 * objectives.others.length}rem`}
      maxHeight="max(20rem, calc(100dvh - 20rem))"
      onEnd={onEnd}
    />
  );
}

interface SortedColumn extends Column<Summary> {
  /** What the service sorts by; absent: nothing. */
  readonly sort?: string;
}

/** A click sorts better first; a second one turns it round, a third one goes back to the order of proposal. */
function sorting(
  { sort }: SortedColumn,
  { headline, others }: Objectives,
  query: StandingsQuery,
  onChange: (next: Readonly<Record<string, string>>) => void,
): Pick<Column<Summary>, 'sorted' | 'onSort'> {
  if (sort === undefined) return {};
  const objective = sort === 'score' ? headline : others.find(({ metric }) => metric === sort);
  const first = objective?.goal === 'maximize' ? 'desc' : 'asc';
  const current = (query.sort ?? 'proposed') === sort ? (query.order ?? first) : null;
  const next =
    current === null
      ? { sort, order: '' }
      : current === first
        ? { sort, order: opposite(first) }
        : { sort: '', order: '' };
  return {
    sorted: current === null ? 'none' : current === 'asc' ? 'ascending' : 'descending',
    onSort: () => onChange(next),
  };
}

const opposite = (order: 'asc' | 'desc') => (order === 'asc' ? 'desc' : 'asc');

function columnsOf(jobId: string, { headline, others }: Objectives): readonly SortedColumn[] {
  return [
    {
      id: 'id',
      head: 'Candidate',
      sort: 'proposed',
      width: '8rem',
      cell: ({ id, isBest }) => (
        <Group gap={6} wrap="nowrap">
          <Anchor component={Link} to={candidatePath(jobId, id)} size="sm" fw={550}>
            {id}
          </Anchor>
          {isBest && <Badge color="blue">best</Badge>}
        </Group>
      ),
    },
    { id: 'operator', head: 'Operator', sort: 'operator', width: '7rem', cell: ({ operator }) => operator },
    {
      id: 'parents',
      head: 'Parents',
      width: '6rem',
      cell: ({ parents }) => <CandidateLinks jobId={jobId} ids={parents} />,
    },
    {
      id: 'fate',
      head: 'Fate',
      sort: 'fate',
      width: '8rem',
      cell: ({ parents, fate }) => (parents.length === 0 && fate === null ? 'the baseline' : <Fate fate={fate} />),
    },
    {
      id: 'why',
      head: 'Why',
      width: 'minmax(12rem, 2fr)',
      cell: ({ fate }) => (
        <Text size="sm" lineClamp={2} title={fate?.reason}>
          {fate?.reason ?? ''}
        </Text>
      ),
    },
    {
      id: 'score',
      head: `${headline.metric}, score`,
      sort: 'score',
      width: '15rem',
      align: 'end',
      cell: ({ standing }) =>
        standing ? (
          <Score metric={headline.metric} value={standing.score} interval={standing.interval} on={standing.kind} />
        ) : (
          <Text span size="sm" c="dimmed">
            not ranked
          </Text>
        ),
    },
    ...others.map(
      ({ metric }): SortedColumn => ({
        id: `objective ${metric}`,
        head: metric,
        sort: metric,
        width: '8rem',
        align: 'end',
        cell: ({ standing }) => <Score metric={metric} value={standing?.objectives[metric]} />,
      }),
    ),
    // An objective says it already.
    ...(others.some(({ metric }) => metric === 'promptTokens')
      ? []
      : [
          {
            id: 'tokens',
            head: 'Prompt length',
            sort: 'tokens',
            width: '8rem',
            align: 'end',
            cell: ({ promptTokens }) => formatMetric('promptTokens', promptTokens),
          } satisfies SortedColumn,
        ]),
    {
      id: 'rows',
      head: 'Open rows run',
      width: '7.5rem',
      align: 'end',
      cell: ({ measured }) => `${formatCount(measured.rows)} ${measured.rows === 1 ? 'row' : 'rows'}`,
    },
  ];
}
