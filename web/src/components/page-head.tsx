import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Title of a page (of the browser tab, too), and what can be done there. */
export function PageHead({
  title,
  beside,
  actions,
}: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <Group justify="space-between" align="center" gap="sm" mb="md">
      <title>{`${title} · Paretune`}</title>
      <Group gap="sm" style={{ minWidth: 0 }}>
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {beside}
      </Group>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
