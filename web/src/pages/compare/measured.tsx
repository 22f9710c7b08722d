import { Alert, Group, Select, Stack, Text, Title } from '@mantine/core';
import { ApiProblem, type Comparison, type ComparisonQuery } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { ComparedRows } from '../../components/compared-rows.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useComparison } from '../../data/comparisons.ts';
import { Evaluate } from './evaluate.tsx';
import { MetricTable } from './metric-table.tsx';
import { Waterfall } from './waterfall.tsx';

const SPLITS = [
  { value: 'validation', label: 'Validation' },
  { value: 'train', label: 'Train' },
  { value: 'open', label: 'Train and validation' },
  { value: 'test', label: 'Test (sealed)' },
] as const;
const OUTCOMES = ['lost', 'won', 'tied', 'missing'] as const;

type Change = (next: Readonly<Record<string, string>>) => void;

/** Two candidates by what was measured of both. */
export function Measured({
  a,
  b,
  search,
  onChange,
}: {
  readonly a: string;
  readonly b: string;
  readonly search: URLSearchParams;
  readonly onChange: Change;
}) {
  const query = queryOf(search);
  const ofJobs = [a, b].some((side) => !side.startsWith('eval'));
  const comparison = useComparison(a, b, query);
  const split = ofJobs && (
    <Select
      label="Rows of"
      w={180}
      allowDeselect={false}
      data={[...SPLITS]}
      value={query.split ?? 'validation'}
      onChange={(value) => onChange({ split: value ?? '', cohort: '', category: '', outcome: '' })}
    />
  );
  if (comparison.isPending) return <Loading what="the comparison" height={480} />;
  if (comparison.isError) {
    const refused = comparison.error instanceof ApiProblem && comparison.error.status === 422;
    if (!refused) return <ProblemAlert error={comparison.error} onRetry={comparison.refetch} />;
    return (
      <Stack gap="md" align="flex-start">
        {split}
        <Evaluate a={a} b={b} why={comparison.error.message} />
      </Stack>
    );
  }
  const [first] = comparison.data.pages;
  if (!first) return null;
  return (
    <Stack gap="lg">
      {query.split === 'test' && (
        <Alert color="yellow" variant="light" title="Sealed rows">
          What is chosen by looking at sealed rows is not tested by them any more.
        </Alert>
      )}
      <section>
        <Group justify="space-between" align="flex-end" mb="xs">
          <Title order={2}>Measured of both</Title>
          {split}
        </Group>
        <MetricTable comparison={first} />
      </section>
      <Waterfall comparison={first} chosen={query.cohort ?? null} onChoose={(cohort) => onChange({ cohort })} />
      <Section title="Row by row, lost rows first">
        <Stack gap="sm">
          <RowFilters comparison={first} query={query} onChange={onChange} />
          {first.rows.total === 0 ? (
            <Empty title="No row is like that">Change the filters to see others.</Empty>
          ) : (
            <ComparedRows
              a={a}
              b={b}
              metric={first.metric}
              rows={comparison.data.pages.flatMap(({ rows }) => rows.items)}
              onEnd={
                comparison.hasNextPage && !comparison.isFetchingNextPage
                  ? () => void comparison.fetchNextPage()
                  : undefined
              }
            />
          )}
          <Text size="xs" c="dimmed" role="status">
            {`${formatCount(first.rows.total)} ${first.rows.total === 1 ? 'row' : 'rows'}; won and lost are said of b.`}
          </Text>
        </Stack>
      </Section>
    </Stack>
  );
}

function queryOf(search: URLSearchParams): ComparisonQuery {
  const split = SPLITS.find(({ value }) => value === search.get('split'))?.value;
  const outcome = OUTCOMES.find((each) => each === search.get('outcome'));
  const [metric, cohort, category] = ['metric', 'cohort', 'category'].map((name) => search.get(name) || undefined);
  return {
    sort: 'lost',
    ...(split && { split }),
    ...(outcome && { outcome }),
    ...(metric !== undefined && { metric }),
    ...(cohort !== undefined && { cohort }),
    ...(category !== undefined && { category }),
  };
}

function RowFilters({
  comparison: { outcomes, cohorts, categories, metrics, metric },
  query,
  onChange,
}: {
  readonly comparison: Comparison;
  readonly query: ComparisonQuery;
  readonly onChange: Change;
}) {
  const names = cohorts.flatMap(({ field, value, rows }) =>
    value === null ? [] : [{ value: `${field}=${value}`, label: `${field} = ${value} (${rows})` }],
  );
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="Metric"
        w={180}
        allowDeselect={false}
        data={[...new Set([metric, ...metrics.map((each) => each.metric)])]}
        value={metric}
        onChange={(value) => onChange({ metric: value ?? '' })}
      />
      <Select
        label="Outcome"
        placeholder="Any"
        clearable
        w={150}
        data={OUTCOMES.map((each) => ({ value: each, label: `${each} (${outcomes[each]})` }))}
        value={query.outcome ?? null}
        onChange={(value) => onChange({ outcome: value ?? '' })}
      />
      <Select
        label="Cohort"
        placeholder="Any"
        clearable
        searchable
        w={260}
        data={[...new Map(names.map((each) => [each.value, each])).values()]}
        value={query.cohort ?? null}
        onChange={(value) => onChange({ cohort: value ?? '' })}
      />
      <Select
        label="Category of failure"
        placeholder="Any"
        clearable
        w={220}
        data={categories.map(({ name, a, b }) => ({ value: name, label: `${name} (a ${a}, b ${b})` }))}
        value={query.category ?? null}
        onChange={(value) => onChange({ category: value ?? '' })}
      />
    </Group>
  );
}
