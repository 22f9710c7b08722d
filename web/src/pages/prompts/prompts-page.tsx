import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { PromptSource } from '../../components/prompt-source.tsx';
import { Said } from '../../components/said.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { usePrompts } from '../../data/prompts.ts';

interface Listed {
  readonly name: string;
  readonly latest: PromptVersion;
}

const COLUMNS: readonly Column<Listed>[] = [
  {
    id: 'name',
    head: 'Prompt',
    width: 'minmax(12rem, 2fr)',
    cell: ({ name }) => (
      <Anchor component={Link} to={`/prompts/${name}`} size="sm" fw={550} truncate display="block">
        {name}
      </Anchor>
    ),
  },
  {
    id: 'latest',
    head: 'Newest version',
    width: '9rem',
    cell: ({ name, latest }) => (
      <Anchor component={Link} to={`/prompts/${name}/versions/${latest.version}`} size="sm">
        {latest.ref}
      </Anchor>
    ),
  },
  { id: 'stage', head: 'Stage', width: '7rem', cell: ({ latest }) => latest.stage },
  { id: 'source', head: 'From', width: '12rem', cell: ({ latest }) => <PromptSource version={latest} /> },
  {
    id: 'message',
    head: 'What changed',
    width: 'minmax(12rem, 2fr)',
    cell: ({ latest }) => <Said text={latest.message ?? latest.reason} />,
  },
  { id: 'created', head: 'Added', width: '9rem', align: 'end', cell: ({ latest }) => <Moment at={latest.createdAt} /> },
];

export function Component() {
  return (
    <>
      <PageHead
        title="Prompts"
        actions={
          <Button component={Link} to="/new-prompt">
            New prompt
          </Button>
        }
      />
      <PagedList
        noun="prompt"
        label="Prompts"
        paged={usePrompts()}
        columns={COLUMNS}
        rowKey={({ name }) => name}
        minWidth="64rem"
        empty={
          <Empty title="No prompts yet">
            A prompt is a list of messages, or a chain of prompts, in versions that never change. Add one here, with{' '}
            <code>paretune import prompts FILE</code>, or submit a job with a prompt of its own.
          </Empty>
        }
      />
    </>
  );
}
