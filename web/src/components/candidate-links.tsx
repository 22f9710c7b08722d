import { Anchor, Text } from '@mantine/core';
import { Fragment } from 'react';
import { Link } from 'react-router';

export const candidatePath = (jobId: string, id: string): string =>
  `/jobs/${encodeURIComponent(jobId)}/candidates/${encodeURIComponent(id)}`;

export const rolloutPath = (jobId: string, candidate: string, row: string): string =>
  `${candidatePath(jobId, candidate)}/rows/${encodeURIComponent(row)}`;

export const comparePath = (a: string, b: string): string =>
  `/compare?${new URLSearchParams({ a, b }).toString().replaceAll('%2F', '/')}`;

/** Candidates of a job by name, each leading to its page. */
export function CandidateLinks({ jobId, ids }: { readonly jobId: string; readonly ids: readonly string[] }) {
  if (ids.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        none
      </Text>
    );
  return ids.map((id, place) => (
    <Fragment key={id}>
      {place > 0 && ', '}
      <Anchor component={Link} underline="always" to={candidatePath(jobId, id)} size="sm">
        {id}
      </Anchor>
    </Fragment>
  ));
}
