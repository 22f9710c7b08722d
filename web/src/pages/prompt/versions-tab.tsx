import { Anchor } from '@mantine/core';
import { Link, useParams } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { PromptSource } from '../../components/prompt-source.tsx';
import { Said } from '../../components/said.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { usePromptVersions } from '../../data/prompts.ts';

const COLUMNS: readonly Column<PromptVersion>[] = [
  {
    id: 'version',
    head: 'Version',
    width: '8rem',
    cell: ({ name, version }) => (
      <Anchor component={Link} to={`/prompts/${name}/versions/${version}`} size="sm" fw={550}>
        Version {version}
      </Anchor>
    ),
  },
  { id: 'stage', head: 'Stage', width: '7rem', cell: ({ stage }) => stage },
  { id: 'source', head: 'From', width: '13rem', cell: (version) => <PromptSource version={version} /> },
  { id: 'author', head: 'Author', width: '9rem', cell: ({ author }) => <Said text={author} /> },
  { id: 'message', head: 'What changed', width: 'minmax(12rem, 2fr)', cell: ({ message }) => <Said text={message} /> },
  { id: 'reason', head: 'Why', width: 'minmax(10rem, 1fr)', cell: ({ reason }) => <Said text={reason} /> },
  {
    id: 'diff',
    head: 'Change',
    width: '9rem',
    cell: ({ name, version }) =>
      version > 1 ? (
        <Anchor component={Link} to={`/prompts/${name}/compare?from=${version - 1}&to=${version}`} size="sm">
          from version {version - 1}
        </Anchor>
      ) : null,
  },
  { id: 'created', head: 'Added', width: '9rem', align: 'end', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

export function Component() {
  const { name = '' } = useParams();
  return (
    <PagedList
      noun="version"
      label={`Versions of ${name}`}
      paged={usePromptVersions(name)}
      columns={COLUMNS}
      rowKey={({ ref }) => ref}
      minWidth="76rem"
      empty={<Empty title="No versions" />}
    />
  );
}
