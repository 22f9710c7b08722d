import { useParams } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { Empty } from '../../components/empty.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { PromptSource } from '../../components/prompt-source.tsx';
import { Said } from '../../components/said.tsx';
import { changeColumn, createdColumn, versionColumn } from '../../components/version-columns.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { usePromptVersions } from '../../data/prompts.ts';

const COLUMNS: readonly Column<PromptVersion>[] = [
  versionColumn('prompts'),
  { id: 'stage', head: 'Stage', width: '6rem', cell: ({ stage }) => stage },
  { id: 'source', head: 'From', width: '12rem', cell: (version) => <PromptSource version={version} /> },
  { id: 'author', head: 'Author', width: '8rem', cell: ({ author }) => <Said text={author} /> },
  { id: 'message', head: 'What changed', width: 'minmax(11rem, 2fr)', cell: ({ message }) => <Said text={message} /> },
  { id: 'reason', head: 'Why', width: 'minmax(8rem, 1fr)', cell: ({ reason }) => <Said text={reason} /> },
  changeColumn('prompts'),
  createdColumn('Added'),
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
      minWidth="70rem"
      empty={<Empty title="No versions" />}
    />
  );
}
