import { Badge, Card, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useSearchParams } from 'react-router';
import type { CatalogueEntry } from '../../../../src/client/index.ts';
import { Described } from '../../components/described.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useEvaluators } from '../../data/suites.ts';
import { OptionsTable } from './options-table.tsx';

const KINDS = [
  { value: 'all', label: 'All' },
  { value: 'rules', label: 'By rules' },
  { value: 'graded', label: 'By a judge model' },
  { value: 'own', label: 'Your own' },
];

const kindOf = ({ grader, code }: CatalogueEntry): string => (code !== null ? 'own' : grader ? 'graded' : 'rules');

/** What a suite can be made of, with every option. The search is in the URL. */
export function Component() {
  const evaluators = useEvaluators();
  const [search, setSearch] = useSearchParams();
  const [text, kind, type] = [search.get('search') ?? '', search.get('kind') ?? 'all', search.get('type')];
  const change = (next: Record<string, string>) =>
    setSearch(
      Object.fromEntries(
        Object.entries({ search: text, kind, ...next }).filter(([, value]) => value !== '' && value !== 'all'),
      ),
      { replace: true },
    );
  const found = (evaluators.data?.items ?? []).filter(
    (each) =>
      (type === null || each.type === type) &&
      (kind === 'all' || kindOf(each) === kind) &&
      `${each.type} ${each.title} ${each.description}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  return (
    <>
      <PageHead title="Evaluators" />
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Search"
            placeholder="Type, title or description"
            w={280}
            value={type ?? text}
            onChange={({ currentTarget }) => change({ search: currentTarget.value })}
          />
          <SegmentedControl
            size="xs"
            aria-label="Kind of evaluator"
            data={KINDS}
            value={kind}
            onChange={(value) => change({ kind: value })}
          />
        </Group>
        {evaluators.isPending && <Loading what="the catalogue" />}
        {evaluators.isError && <ProblemAlert error={evaluators.error} onRetry={evaluators.refetch} />}
        {evaluators.isSuccess && (
          <Text size="xs" c="dimmed" role="status">
            {found.length} of {evaluators.data.items.length} evaluators
          </Text>
        )}
        {evaluators.isSuccess && found.length === 0 && <Empty title="No evaluator is like that" />}
        {found.map((evaluator) => (
          <Entry key={evaluator.type} evaluator={evaluator} />
        ))}
      </Stack>
    </>
  );
}

function Entry({ evaluator }: { readonly evaluator: CatalogueEntry }) {
  const { type, title, description, needs, defaultThreshold, grader, options } = evaluator;
  return (
    <Card withBorder padding="sm" component="article" aria-label={title}>
      <Stack gap="xs">
        <Group gap="xs">
          <Title order={2}>{title}</Title>
          <code>{type}</code>
          {grader && (
            <Badge color="blue">
              judge, {grader.id}@{grader.version}
            </Badge>
          )}
          {evaluator.code !== null && <Badge color="gray">your own</Badge>}
        </Group>
        <Text size="sm" maw={820}>
          <Described text={description} />
        </Text>
        <Text size="xs" c="dimmed">
          Passes from {defaultThreshold}. Reads {needs.length === 0 ? 'the output' : needs.join(', ')}.
        </Text>
        <OptionsTable schema={options} />
      </Stack>
    </Card>
  );
}
