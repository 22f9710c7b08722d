import { Button, Group, Stack } from '@mantine/core';
import { useRouteError } from 'react-router';
import { ProblemAlert } from '../components/problem-alert.tsx';

/** What a page that throws leaves behind; the rest of the console goes on. */
export function BrokenPage() {
  const error = useRouteError();
  return (
    <Stack py="md">
      <title>Something broke · Paretune</title>
      <ProblemAlert error={error} title="This page broke" />
      <Group>
        <Button variant="default" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </Group>
    </Stack>
  );
}
