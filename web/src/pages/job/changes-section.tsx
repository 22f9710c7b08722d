import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { ChangeView } from '../../../../src/domain/views/search-view.ts';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useChanges } from '../../data/job-details.ts';
import classes from './changes-section.module.css';

/** Where each change of a candidate came from, and whether it is needed. */
export function ChangesSection({ jobId, candidateId }: { readonly jobId: string; readonly candidateId: string }) {
  const changes = useChanges(jobId, candidateId);
  if (changes.isError) return <ProblemAlert error={changes.error} onRetry={changes.refetch} />;
  if (!changes.data) return <Loading what="the changes" />;
  return (
    <Section title={`Why ${candidateId} is as it is: ${changes.data.length} changes`}>
      <Stack gap="xs">
        {changes.data.map((change) => (
          <Change key={`${change.component} ${change.at} ${change.added}`} change={change} />
        ))}
      </Stack>
    </Section>
  );
}

function Change({ change }: { readonly change: ChangeView }) {
  const { removed, added, originId, operator, reason, reflectedOn, fateReason, need } = change;
  return (
    <Card withBorder padding="sm">
      <Stack gap={6}>
        <div className={classes.texts}>
          {removed.trim() !== '' && <del>{removed.trim()}</del>}
          {added.trim() !== '' && <ins>{added.trim()}</ins>}
        </div>
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            {change.component}, from {originId} by {operator}
          </Text>
          <Badge size="sm" color={need && need.needing.length > 0 ? 'green' : 'gray'}>
            {needOf(need)}
          </Badge>
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
        {(fateReason !== null || reflectedOn.length > 0) && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {[
              ...(fateReason === null ? [] : [`Its race: ${fateReason}.`]),
              ...(reflectedOn.length > 0 ? [`Written for ${reflectedOn.join(', ')}.`] : []),
            ].join(' ')}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function needOf(need: ChangeView['need']): string {
  if (need === null || need.rows === 0) return 'need not measured';
  if (need.needing.length === 0) return `no measured row of ${need.rows} needs it`;
  return `${need.needing.length} of ${need.rows} measured rows need it`;
}
