import { Box, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { formatCount, formatUsd } from '../../../../src/domain/figures.ts';
import type { CurvePointView } from '../../../../src/domain/views/job-view.ts';
import { Score } from '../../components/score.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';

/** The points of the curve as a table, for who would rather read figures. */
export function CurveFigures({
  points,
  metric,
}: {
  readonly points: readonly CurvePointView[];
  readonly metric: string;
}) {
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <Box>
      <UnstyledButton fz="xs" c="dimmed" onClick={toggle} aria-expanded={opened}>
        {opened ? '▾' : '▸'} The same as figures
      </UnstyledButton>
      {opened && (
        <Box mt="xs">
          <VirtualTable
            label="Points of the curve"
            rows={points}
            columns={columnsOf(metric)}
            rowKey={({ seq }) => String(seq)}
            minWidth="40rem"
            maxHeight="20rem"
          />
        </Box>
      )}
    </Box>
  );
}

const columnsOf = (metric: string): readonly Column<CurvePointView>[] => [
  { id: 'rollouts', head: 'Rollouts', width: '6rem', align: 'end', cell: (point) => formatCount(point.rollouts) },
  { id: 'usd', head: 'Cost', width: '7rem', align: 'end', cell: (point) => formatUsd(point.usd) },
  { id: 'candidate', head: 'Candidate', width: '7rem', cell: (point) => point.candidateId },
  {
    id: 'own',
    head: `Its ${metric}`,
    width: 'minmax(12rem, 1fr)',
    cell: (point) => (
      <Score metric={metric} value={point.objectives[metric]} interval={point.intervals?.[metric] ?? null} />
    ),
  },
  {
    id: 'best',
    head: 'Best so far',
    width: 'minmax(14rem, 1fr)',
    cell: (point) => (
      <>
        {point.best} <Score metric={metric} value={point.score} interval={point.interval} on={point.kind} />
      </>
    ),
  },
];
