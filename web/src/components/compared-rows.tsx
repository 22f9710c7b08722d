import { Anchor, Badge, Text } from '@mantine/core';
import { Link } from 'react-router';
import { formatDifference, formatMetric } from '../../../src/domain/figures.ts';
import type { ComparedRow } from '../data/comparisons.ts';
import { subjectOf } from '../data/subjects.ts';
import { rolloutPath } from './candidate-links.tsx';
import { type Column, VirtualTable } from './virtual-table.tsx';

const OUTCOMES = {
  lost: { sign: '✕', color: 'red' },
  won: { sign: '✓', color: 'green' },
  tied: { sign: '=', color: 'gray' },
  missing: { sign: '?', color: 'gray' },
} as const satisfies Record<ComparedRow['outcome'], object>;

/** Rows of two candidates side by side; `a` and `b` are the subjects, whose rollouts the outputs lead to. */
export function ComparedRows({
  a,
  b,
  metric,
  rows,
  maxHeight,
  onEnd,
}: {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly rows: readonly ComparedRow[];
  readonly maxHeight?: string;
  readonly onEnd?: (() => void) | undefined;
}) {
  const columns: readonly Column<ComparedRow>[] = [
    {
      id: 'outcome',
      head: 'For b',
      width: '6.5rem',
      cell: ({ outcome }) => (
        <Badge color={OUTCOMES[outcome].color} leftSection={<span aria-hidden>{OUTCOMES[outcome].sign}</span>}>
          {outcome}
        </Badge>
      ),
    },
    {
      id: 'row',
      head: 'Row',
      width: 'minmax(12rem, 2fr)',
      cell: ({ rowId, input, cohort }) => (
        <>
          <Text size="sm" fw={550} truncate>
            {rowId}
            {cohort !== null && (
              <Text span size="xs" c="dimmed" ml="xs">
                {cohort}
              </Text>
            )}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {typeof input === 'string' ? input : JSON.stringify(input)}
          </Text>
        </>
      ),
    },
    {
      id: 'expected',
      head: 'Expected',
      width: 'minmax(6rem, 1fr)',
      cell: ({ expected }) => <Answer text={expected === undefined ? null : asText(expected)} />,
    },
    side('a', a, metric),
    side('b', b, metric),
    {
      id: 'difference',
      head: 'Difference',
      width: '6.5rem',
      align: 'end',
      cell: ({ difference }) => (difference === null ? '–' : formatDifference(metric, difference)),
    },
  ];
  return (
    <VirtualTable
      label="Rows side by side"
      rows={rows}
      columns={columns}
      rowKey={({ rowId }) => rowId}
      minWidth="64rem"
      {...(maxHeight !== undefined && { maxHeight })}
      onEnd={onEnd}
    />
  );
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function side(name: 'a' | 'b', subject: string, metric: string): Column<ComparedRow> {
  const found = subjectOf(subject);
  const candidate = found?.kind === 'candidate' ? found : null;
  return {
    id: name,
    head: `${name}: ${candidate?.candidate ?? subject}`,
    width: 'minmax(9rem, 1.5fr)',
    cell: (row) => (
      <>
        <Answer text={row.outputs[name]} />
        <Text size="xs" c="dimmed">
          {formatMetric(metric, row[name])}
          {row.categories[name] === null ? '' : `, ${row.categories[name]}`}
          {candidate && !candidate.id.startsWith('eval') && row.outputs[name] !== null && (
            <>
              {' · '}
              <Anchor
                component={Link}
                underline="always"
                to={rolloutPath(candidate.id, candidate.candidate, row.rowId)}
                size="xs"
              >
                rollout
                <span className="only-read-aloud">
                  {' '}
                  of {name} on {row.rowId}
                </span>
              </Anchor>
            </>
          )}
        </Text>
      </>
    ),
  };
}

function Answer({ text }: { readonly text: string | null }) {
  if (text === null)
    return (
      <Text span size="sm" c="dimmed">
        none
      </Text>
    );
  return (
    <Text size="sm" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
      {text === '' ? '(empty)' : text}
    </Text>
  );
}
