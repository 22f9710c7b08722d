import { Badge, Stack, Text } from '@mantine/core';
import type { KeyView } from '../../../../src/domain/views/key-view.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useKeys } from '../../data/keys.ts';
import { useSession } from '../../data/session.ts';
import { NewKey } from './new-key.tsx';
import { RevokeKey } from './revoke-key.tsx';

const COLUMNS: readonly Column<KeyView>[] = [
  {
    id: 'name',
    head: 'Name',
    width: 'minmax(10rem, 2fr)',
    cell: ({ name, current }) => (
      <Text size="sm" truncate title={name}>
        {name}
        {current && <b> (you)</b>}
      </Text>
    ),
  },
  { id: 'id', head: 'Key', width: '11rem', cell: ({ id }) => <code>pt_{id}_…</code> },
  { id: 'role', head: 'Role', width: '6rem', cell: ({ role }) => role },
  { id: 'project', head: 'Project', width: 'minmax(7rem, 1fr)', cell: ({ project }) => project },
  {
    id: 'state',
    head: 'State',
    width: '7rem',
    cell: ({ revokedAt }) => (revokedAt ? <Badge color="gray">revoked</Badge> : <Badge color="green">valid</Badge>),
  },
  { id: 'created', head: 'Made', width: '8rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    id: 'used',
    head: 'Last used',
    width: '8rem',
    align: 'end',
    cell: ({ lastUsedAt }) => (lastUsedAt ? <Moment at={lastUsedAt} /> : 'never'),
  },
  {
    id: 'revoke',
    head: <span className="only-read-aloud">Actions</span>,
    width: '6rem',
    align: 'end',
    cell: (key) => (key.revokedAt ? null : <RevokeKey apiKey={key} />),
  },
];

/** Who may use the service, and as what. */
export function Component() {
  const { apiKey } = useSession();
  return (
    <>
      {/* Without a key nobody gets here but where there is none yet. */}
      <PageHead title="Keys" actions={<NewKey first={apiKey === null} />} />
      <Stack gap="sm">
        <Text size="sm" c="dimmed" maw={760}>
          A key belongs to one project and sees nothing else. A viewer reads, an editor also writes and starts what
          costs money, an admin also manages keys. Secrets are shown once; only their hashes are stored.
        </Text>
        <Keys key={apiKey} />
      </Stack>
    </>
  );
}

function Keys() {
  const keys = useKeys();
  if (keys.isPending) return <Loading what="the keys" />;
  if (keys.isError) return <ProblemAlert error={keys.error} onRetry={keys.refetch} />;
  if (keys.data.items.length === 0)
    return (
      <Empty title="No keys yet">
        Without any key the service answers to this machine only. The first key has to be an admin&apos;s; from then on
        every request needs one, this page&apos;s too.
      </Empty>
    );
  return (
    <VirtualTable label="API keys" rows={keys.data.items} columns={COLUMNS} rowKey={({ id }) => id} minWidth="62rem" />
  );
}
