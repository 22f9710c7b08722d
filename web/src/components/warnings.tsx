import { Alert, List } from '@mantine/core';

/** What speaks against relying on something. Nothing where nothing does. */
export function Warnings({
  title = 'Warnings',
  warnings,
}: {
  readonly title?: string;
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
    readonly rows?: readonly string[] | undefined;
  }[];
}) {
  if (warnings.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" title={title} role="note">
      <List size="sm" spacing={4}>
        {warnings.map(({ code, message, rows = [] }) => (
          <List.Item key={`${code} ${message}`} style={{ overflowWrap: 'anywhere' }}>
            <b>{code}</b>: {message}
            {rows.length > 0 &&
              ` (${rows.slice(0, MOST_ROWS).join(', ')}${rows.length > MOST_ROWS ? ` and ${rows.length - MOST_ROWS} more` : ''})`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

const MOST_ROWS = 12;
