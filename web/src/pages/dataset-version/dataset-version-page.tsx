import { Button, Stack } from '@mantine/core';
import { Link, useParams } from 'react-router';
import type { DatasetVersion } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Warnings } from '../../components/warnings.tsx';
import { useDatasetVersion } from '../../data/datasets.ts';
import { CohortCounts } from './cohort-counts.tsx';
import { RowBrowser } from './row-browser.tsx';

export function Component() {
  const { name = '', version = '' } = useParams();
  const found = useDatasetVersion(name, Number(version));
  return (
    <>
      <PageHead
        title={`${name}, version ${version}`}
        actions={
          <>
            <CopyButton text={`${name}@${version}`} label="Copy reference" size="xs" />
            <Button component={Link} to={`/datasets/${name}`} variant="default">
              All versions
            </Button>
          </>
        }
      />
      {found.isError && <ProblemAlert error={found.error} onRetry={found.refetch} />}
      {found.isPending && <Loading what="the version" />}
      {found.data && <Version version={found.data} />}
    </>
  );
}

function Version({ version }: { readonly version: DatasetVersion }) {
  const { name, splits = {}, rowCount, splitRatio } = version;
  const { train = 0, validation = 0, test = 0 } = splits;
  const excluded = rowCount - train - validation - test;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ['Rows', formatCount(rowCount)],
          ['Train', formatCount(train)],
          ['Validation', formatCount(validation)],
          ['Test (sealed until a verdict)', formatCount(test)],
          ['Excluded', excluded > 0 ? formatCount(excluded) : null],
          [
            'Splits',
            splitRatio
              ? `drawn ${[splitRatio.train, splitRatio.validation, splitRatio.test].map((share) => `${Math.round(share * 100)} %`).join(' / ')}`
              : 'given with the rows',
          ],
          ['Uploaded', <Moment key="at" at={version.createdAt} />],
          ['Author', version.author],
          ['What changed', version.message],
          ['Content hash', <code key="hash">{version.sha256.slice(0, 16)}…</code>],
        ]}
      />
      <Warnings title="What speaks against relying on these rows" warnings={version.warnings} />
      <CohortCounts name={name} version={version.version} />
      <RowBrowser name={name} version={version.version} />
    </Stack>
  );
}
