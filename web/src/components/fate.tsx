import { Badge, Group, Text } from '@mantine/core';

const FATES: Readonly<Record<string, { readonly sign: string; readonly color: string }>> = {
  accepted: { sign: '✓', color: 'green' },
  rejected: { sign: '✕', color: 'red' },
  pruned: { sign: '✕', color: 'gray' },
  dropped: { sign: '–', color: 'gray' },
  combined: { sign: '+', color: 'blue' },
};

/** What became of a candidate; with `reason` the sentence behind it. */
export function Fate({
  fate,
  reason = false,
}: {
  readonly fate: { readonly fate: string; readonly reason: string } | null;
  readonly reason?: boolean;
}) {
  if (fate === null)
    return (
      <Text span size="sm" c="dimmed">
        undecided
      </Text>
    );
  const { sign, color } = FATES[fate.fate] ?? { sign: '·', color: 'gray' };
  return (
    <Group gap="xs" wrap={reason ? 'wrap' : 'nowrap'} align="baseline">
      <Badge color={color} leftSection={<span aria-hidden>{sign}</span>} style={{ flexShrink: 0 }}>
        {fate.fate}
      </Badge>
      {reason && (
        <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
          {fate.reason}
        </Text>
      )}
    </Group>
  );
}
