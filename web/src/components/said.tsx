import { Text } from '@mantine/core';

/** What somebody wrote, on one line; or, quietly, that nobody did. */
export function Said({
  text,
  missing = 'not said',
}: {
  readonly text: string | null | undefined;
  readonly missing?: string;
}) {
  if (text === null || text === undefined || text === '')
    return (
      <Text size="sm" c="dimmed">
        {missing}
      </Text>
    );
  return (
    <Text size="sm" lineClamp={2} title={text} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
