import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { ApiProblem, ServiceUnreachable } from '../../../src/client/index.ts';
import { ERRORS } from '../../../src/domain/errors.ts';

/**
 * What went wrong, in the service's own words, and what to do. `onRetry` where trying again may help.
 *
 * ```tsx
 * if (query.isError) return <ProblemAlert error={query.error} onRetry={query.refetch} />;
 * ```
 */
export function ProblemAlert({
  error,
  title,
  onRetry,
}: {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => unknown;
}) {
  const told = tell(error);
  return (
    <Alert color="red" variant="light" role="alert" title={title ?? told.title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {told.detail}
        </Text>
        {told.fields.length > 0 && (
          <List size="sm">
            {told.fields.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>
                <b>{path}</b>: {message}
              </List.Item>
            ))}
          </List>
        )}
        {told.requestId !== null && (
          <Text size="xs" c="dimmed">
            Request {told.requestId}: the service's log has the cause under it.
          </Text>
        )}
        {onRetry && (
          <Button variant="default" onClick={() => onRetry()}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function tell(error: unknown) {
  if (error instanceof ApiProblem) {
    const known = Object.entries(ERRORS).find(([code]) => code === error.code)?.[1];
    // The detail of most problems repeats their only field.
    const fields = error.errors.filter(({ message }) => !error.detail.includes(message));
    return {
      title: known?.title ?? 'The service refused',
      detail: error.detail,
      fields,
      requestId: error.status >= 500 ? error.requestId : null,
    };
  }
  if (error instanceof ServiceUnreachable)
    return {
      title: 'The service does not answer',
      detail: `${error.message}. Nothing is lost: what runs goes on without this page.`,
      fields: [],
      requestId: null,
    };
  return {
    title: 'Something broke in this page',
    detail: error instanceof Error ? error.message : String(error),
    fields: [],
    requestId: null,
  };
}
