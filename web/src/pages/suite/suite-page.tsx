import { Anchor, List, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { Link, useParams, useSearchParams } from 'react-router';
import type { SuiteVersion } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { gateText } from '../../components/gate-text.ts';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Said } from '../../components/said.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useSuiteVersions } from '../../data/suites.ts';
import { SuiteJudges } from './suite-judges.tsx';

type Evaluator = SuiteVersion['content']['evaluators'][number];

const judgeOf = ({ judge, panel, repeats }: Evaluator): string => {
  const models = panel ?? (judge ? [judge] : []);
  const who = models.map(({ model }) => model).join(', ') || 'none of its own';
  return repeats === undefined ? who : `${who}, asked ${repeats} times`;
};

const COLUMNS: readonly Column<Evaluator>[] = [
  { id: 'id', head: 'Metric', width: 'minmax(8rem, 1fr)', cell: ({ id }) => <b>{id}</b> },
  {
    id: 'type',
    head: 'Evaluator',
    width: 'minmax(10rem, 1fr)',
    cell: ({ type }) => (
      <Anchor component={Link} to={`/evaluators?type=${encodeURIComponent(type)}`} size="sm">
        {type}
      </Anchor>
    ),
  },
  {
    id: 'threshold',
    head: 'Passes from',
    width: '8rem',
    align: 'end',
    cell: ({ threshold }) =>
      threshold ?? (
        <Text size="sm" c="dimmed">
          its default
        </Text>
      ),
  },
  {
    id: 'options',
    head: 'Options',
    width: 'minmax(12rem, 2fr)',
    cell: ({ options = {}, negate }) => {
      const given = Object.keys(options).length > 0 ? [JSON.stringify(options)] : [];
      return <Said text={[...(negate ? ['negated'] : []), ...given].join('; ')} missing="defaults" />;
    },
  },
  { id: 'judge', head: 'Judge', width: 'minmax(9rem, 1fr)', cell: judgeOf },
];

/** A suite in any of its versions; which one is in the URL. */
export function Component() {
  const { name = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const { items, query } = useSuiteVersions(name);
  const wanted = Number(search.get('version'));
  const version = items.find((each) => each.version === wanted) ?? items[0];
  return (
    <>
      <PageHead
        title={name}
        beside={
          version && (
            <NativeSelect
              size="xs"
              aria-label="Version"
              data={items.map((each) => ({ value: String(each.version), label: `Version ${each.version}` }))}
              value={String(version.version)}
              onChange={({ currentTarget }) => setSearch({ version: currentTarget.value }, { replace: true })}
            />
          )
        }
        actions={version && <CopyButton text={version.ref} label="Copy reference" size="xs" />}
      />
      {query.isError && <ProblemAlert error={query.error} onRetry={query.refetch} />}
      {query.isPending && <Loading what="the suite" />}
      {version && <Version version={version} />}
    </>
  );
}

function Version({ version }: { readonly version: SuiteVersion }) {
  const { evaluators, gates = [] } = version.content;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ['Added', <Moment key="at" at={version.createdAt} />],
          ['Author', version.author],
          ['What changed', version.message],
          ['Content hash', <code key="hash">{version.sha256.slice(0, 16)}…</code>],
        ]}
      />
      <Stack gap="xs">
        <Title order={2}>Evaluators</Title>
        <VirtualTable label="Evaluators" rows={evaluators} columns={COLUMNS} rowKey={({ id }) => id} minWidth="56rem" />
      </Stack>
      <Stack gap="xs">
        <Title order={2}>Gates</Title>
        {gates.length === 0 ? (
          <Text size="sm" c="dimmed">
            None: an evaluation asks for a gain of its headline metric and nothing else.
          </Text>
        ) : (
          <List size="sm">
            {gates.map((gate) => (
              <List.Item key={JSON.stringify(gate)}>{gateText(gate)}</List.Item>
            ))}
          </List>
        )}
      </Stack>
      <SuiteJudges name={version.name} version={version.version} />
    </Stack>
  );
}
