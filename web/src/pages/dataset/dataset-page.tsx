import { Button } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { CopyButton } from '../../components/copy-button.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { TabbedPage } from '../../components/tabbed-page.tsx';
import { DATASET_TABS } from './tabs.ts';

export function Component() {
  const { name = '' } = useParams();
  return (
    <>
      <PageHead
        title={name}
        actions={
          <>
            <CopyButton text={`${name}@latest`} label="Copy reference" size="xs" />
            <Button component={Link} to={`/upload?name=${encodeURIComponent(name)}`}>
              Upload a version
            </Button>
          </>
        }
      />
      <TabbedPage root={`/datasets/${name}`} label="Parts of the dataset" tabs={DATASET_TABS} />
    </>
  );
}
