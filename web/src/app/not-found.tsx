import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link, useLocation } from 'react-router';

export function NotFound() {
  const { pathname } = useLocation();
  return (
    <Stack gap="xs" py="xl">
      <title>Not found · Paretune</title>
      <Title order={1}>There is no such page</Title>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        Nothing is under {pathname}. The link may be mistyped, or from another version.
      </Text>
      <Anchor component={Link} to="/jobs" size="sm">
        To the jobs
      </Anchor>
    </Stack>
  );
}
