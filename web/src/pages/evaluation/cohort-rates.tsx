import { Button, Collapse, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Evaluation } from '../../../../src/client/index.ts';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';

type Cohort = NonNullable<Evaluation['candidates'][number]['cohorts']>[number];
interface Rate {
  readonly key: string;
  readonly cohort: string;
  readonly rate: Cohort['evaluators'][number];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const COLUMNS: readonly Column<Rate>[] = [
  { id: 'cohort', head: 'Cohort', width: 'minmax(12rem, 2fr)', cell: ({ cohort }) => cohort },
  { id: 'evaluator', head: 'Evaluator', width: 'minmax(8rem, 1fr)', cell: ({ rate }) => rate.evaluator },
  {
    id: 'rate',
    head: 'Fails [95 % interval]',
    width: '14rem',
    align: 'end',
    cell: ({ rate: { failRate, interval } }) =>
      failRate === null ? (
        <Text size="sm" c="dimmed">
          not measured
        </Text>
      ) : (
        `${percent(failRate)}${interval ? ` [${percent(interval.low)}, ${percent(interval.high)}]` : ''}`
      ),
  },
  { id: 'rows', head: 'Rows', width: '5rem', align: 'end', cell: ({ rate }) => rate.rows },
  { id: 'note', head: 'Note', width: '8rem', cell: ({ rate }) => (rate.underPowered ? 'few rows' : '') },
];

/** How often each evaluator fails in each cohort; folded away, because there are many. */
export function CohortRates({
  label,
  cohorts,
  split,
}: {
  readonly label: string;
  readonly cohorts: readonly Cohort[];
  readonly split: string;
}) {
  const [opened, { toggle }] = useDisclosure(false);
  if (cohorts.length === 0) return null;
  const rates = cohorts.flatMap(({ field, value, evaluators }) =>
    evaluators.map(
      (rate): Rate => ({ key: `${field} ${value} ${rate.evaluator}`, cohort: `${field} = ${value}`, rate }),
    ),
  );
  return (
    <>
      <Group>
        <Button variant="default" size="compact-xs" onClick={toggle} aria-expanded={opened}>
          {opened ? 'Hide' : 'Show'} eval-fail-rate by cohort ({cohorts.length}, {split} rows)
        </Button>
      </Group>
      <Collapse expanded={opened}>
        {opened && (
          <VirtualTable
            label={label}
            rows={rates}
            columns={COLUMNS}
            rowKey={({ key }) => key}
            minWidth="48rem"
            maxHeight="24rem"
          />
        )}
      </Collapse>
    </>
  );
}
