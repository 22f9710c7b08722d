import { Badge } from '@mantine/core';
import type { Job } from '../../../src/client/index.ts';

const STATUSES = {
  queued: { sign: '○', color: 'gray' },
  running: { sign: '▶', color: 'blue' },
  succeeded: { sign: '✓', color: 'green' },
  failed: { sign: '✕', color: 'red' },
  cancelled: { sign: '–', color: 'gray' },
} as const satisfies Record<Job['status'], object>;

export function JobStatus({ status }: { readonly status: Job['status'] }) {
  const { sign, color } = STATUSES[status];
  return (
    <Badge color={color} leftSection={<span aria-hidden>{sign}</span>}>
      {status}
    </Badge>
  );
}
