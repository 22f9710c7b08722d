import { Badge, Group, Text } from '@mantine/core';
import type { Job } from '../../../src/client/index.ts';

type VerdictView = NonNullable<Job['verdict']>;

const DECISIONS = {
  promote: { word: 'Promote', sign: '✓', color: 'green' },
  do_not_promote: { word: 'Do not promote', sign: '✕', color: 'red' },
  inconclusive: { word: 'Inconclusive', sign: '?', color: 'yellow' },
} as const satisfies Record<VerdictView['decision'], object>;

/** Whether a prompt is to replace the baseline. */
export function Decision({ decision }: { readonly decision: VerdictView['decision'] }) {
  const { word, sign, color } = DECISIONS[decision];
  return (
    <Badge color={color} leftSection={<span aria-hidden>{sign}</span>}>
      {word}
    </Badge>
  );
}

/** What the sealed rows say: the decision, and with `reason` the sentence behind it. */
export function Verdict({ verdict, reason = false }: { readonly verdict: VerdictView; readonly reason?: boolean }) {
  return (
    <Group gap="xs" align="baseline" wrap={reason ? 'wrap' : 'nowrap'}>
      <Decision decision={verdict.decision} />
      {reason && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {verdict.reason}
        </Text>
      )}
    </Group>
  );
}
