import { Anchor, Badge, Button, Group, Stack } from '@mantine/core';
import { Link, useParams } from 'react-router';
import type { PromptVersion } from '../../../../src/client/index.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { partsOf } from '../../components/prompt-parts.ts';
import { PromptSource } from '../../components/prompt-source.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { usePromptVersion } from '../../data/prompts.ts';

/** One version of a prompt: everything that is in it, and where it came from. */
export function Component() {
  const { name = '', version = '' } = useParams();
  const found = usePromptVersion(name, Number(version));
  return (
    <>
      <PageHead
        title={`${name}, version ${version}`}
        beside={
          found.data?.labels.map((label) => (
            <Badge key={label} color="gray">
              {label}
            </Badge>
          )) ?? null
        }
        actions={
          <>
            <Button component={Link} to={`/prompts/${name}`} variant="default">
              All versions
            </Button>
            <Button component={Link} to={`/new-prompt?from=${encodeURIComponent(name)}&version=${version}`}>
              Edit as a new version
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

function Version({ version }: { readonly version: PromptVersion }) {
  const { name, sha256, ref } = version;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ['Stage', version.stage],
          ['Added', <Moment key="at" at={version.createdAt} />],
          ['Author', version.author],
          ['What changed', version.message],
          ['Why', version.reason],
          ['From', <PromptSource key="source" version={version} />],
          ['Content hash', <code key="hash">{sha256.slice(0, 16)}…</code>],
        ]}
      />
      <Group gap="xs">
        <CopyButton text={ref} label="Copy reference" />
        <CopyButton text={JSON.stringify(version.content, null, 2)} label="Copy content as JSON" />
        {version.version > 1 && (
          <Anchor
            component={Link}
            size="sm"
            to={`/prompts/${name}/compare?from=${version.version - 1}&to=${version.version}`}
          >
            Compare with version {version.version - 1}
          </Anchor>
        )}
      </Group>
      {[...partsOf(version.content)].map(([part, text]) => (
        <TextBlock key={part} label={part} text={text} />
      ))}
    </Stack>
  );
}
