import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { PromptSource } from '../../components/prompt-source.tsx';
import { Said } from '../../components/said.tsx';
import { createdColumn, nameColumn, newestColumn } from '../../components/version-columns.tsx';
import type { Column } from '../../components/virtual-table.tsx';
import { usePrompts } from '../../data/prompts.ts';

const COLUMNS: readonly Column<PromptVersion>[] = [
  nameColumn('prompts', 'Prompt'),
  newestColumn('prompts'),
  { id: 'stage', head: 'Stage', width: '7rem', cell: ({ stage }) => stage },
  { id: 'source', head: 'From', width: '12rem', cell: (version) => <PromptSource version={version} /> },
  {
    id: 'message',
    head: 'What changed',
    width: 'minmax(12rem, 2fr)',
    cell: ({ message, reason }) => <Said text={message ?? reason} />,
  },
  createdColumn('Added'),
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
