import { Button } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { CopyButton } from '../../components/copy-button.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { TabbedPage } from '../../components/tabbed-page.tsx';
import { PROMPT_TABS } from './tabs.ts';

export function Component() {
  const { name = '' } = useParams();
  return (
    <>
      <PageHead
        title={name}
        actions={
          <>
            <CopyButton text={`${name}@latest`} label="Copy reference" size="xs" />
            <Button component={Link} to={`/jobs?prompt=${encodeURIComponent(name)}`} variant="default">
              Its jobs
            </Button>
            <Button component={Link} to={`/new-prompt?from=${encodeURIComponent(name)}`}>
              Add a version
            </Button>
          </>
        }
      />
      <TabbedPage root={`/prompts/${name}`} label="Parts of the prompt" tabs={PROMPT_TABS} />
    </>
  );
}
