import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Paged } from '../data/paged.ts';
import { Loading } from './loading.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { type Column, VirtualTable } from './virtual-table.tsx';

/** A list of the service as a table, in each of its states. `empty` stands where it has no entries. */
export function PagedList<T>({
  noun,
  label,
  paged,
  columns,
  rowKey,
  minWidth,
  empty,
  isCurrent,
}: {
  /** Singular. */
  readonly noun: string;
  readonly label: string;
  readonly paged: Paged<T>;
  readonly columns: readonly Column<T>[];
  readonly rowKey: (item: T) => string;
  readonly minWidth: string;
  readonly empty: ReactNode;
  readonly isCurrent?: (item: T) => boolean;
}) {
  const { items, query, more } = paged;
  if (query.isPending) return <Loading what={label} />;
  if (query.isError && items.length === 0) return <ProblemAlert error={query.error} onRetry={query.refetch} />;
  if (items.length === 0) return empty;
  return (
    <Stack gap="xs">
      <VirtualTable
        label={label}
        rows={items}
        columns={columns}
        rowKey={rowKey}
        minWidth={minWidth}
        onEnd={more}
        {...(isCurrent && { isCurrent })}
      />
      {query.isError && (
        <ProblemAlert error={query.error} title="The next page did not come" onRetry={query.fetchNextPage} />
      )}
      <Text size="xs" c="dimmed" role="status">
        {query.isFetchingNextPage
          ? 'Loading more …'
          : `${items.length} ${items.length === 1 ? noun : `${noun}s`}${query.hasNextPage ? ' so far; scroll for more' : ''}`}
      </Text>
    </Stack>
  );
}
