import { Text } from '@mantine/core';
import type { CandidateWithScores } from '../../../src/client/index.ts';
import { Empty } from './empty.tsx';
import { SmallTable } from './small-table.tsx';

type Cohorts = CandidateWithScores['cohortTable'];

/** How often each evaluator fails in each cohort, with its interval; one whose rows are too few to say much is marked. */
export function CohortTable({ cohorts }: { readonly cohorts: Cohorts }) {
  const evaluators = [...new Set(cohorts.flatMap((cohort) => cohort.evaluators.map(({ evaluator }) => evaluator)))];
  if (cohorts.length === 0)
    return (
      <Empty title="Nothing divides these rows">
        Cohorts come from the rows' own cohort, metadata fields with few values, the length of the input and the
        expected label.
      </Empty>
    );
  return (
    <SmallTable
      label="Failures by cohort"
      heads={['Field', 'Cohort', '>Rows run', ...evaluators.map((evaluator) => `>${evaluator} fails`)]}
      rows={cohorts.map(({ field, value, rows, evaluators: rates }) => ({
        key: `${field}=${value}`,
        cells: [
          field,
          value,
          rows,
          ...evaluators.map((evaluator) => (
            <Rate key={evaluator} rate={rates.find((each) => each.evaluator === evaluator)} />
          )),
        ],
      }))}
    />
  );
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function Rate({ rate }: { readonly rate: Cohorts[number]['evaluators'][number] | undefined }) {
  if (!rate || rate.failRate === null)
    return (
      <Text span size="sm" c="dimmed">
        not measured
      </Text>
    );
  return (
    <>
      {percent(rate.failRate)}
      {rate.interval && (
        <Text span size="xs" c="dimmed">
          {` [${Math.round(rate.interval.low * 100)}, ${Math.round(rate.interval.high * 100)}]`}
        </Text>
      )}
      {rate.underPowered && (
        <Text span size="xs" c="dimmed" title="The interval is wider than ± 10 points: too few rows to say much.">
          {' '}
          few rows
        </Text>
      )}
    </>
  );
}
