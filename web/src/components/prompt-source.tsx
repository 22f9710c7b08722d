import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { PromptVersion } from '../../../src/client/index.ts';
import { VersionLink } from './version-link.tsx';

/** Where a version came from: a job, an earlier version, or whoever wrote it. */
export function PromptSource({ version: { source, parent } }: { readonly version: PromptVersion }) {
  if (source)
    return (
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
        <Anchor component={Link} to={`/jobs/${source.jobId}`} size="sm" title={source.jobId}>
          a job
        </Anchor>
        , {source.candidateId}
        {parent ? ', from ' : ''}
        {parent && <VersionLink of="prompts" reference={parent} />}
      </Text>
    );
  return (
    <Text span size="sm" c="dimmed">
      {parent ? 'edit of ' : 'written by hand'}
      {parent && <VersionLink of="prompts" reference={parent} />}
    </Text>
  );
}
