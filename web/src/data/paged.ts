import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import type { Client, Page } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';

/** A list of the service, page by page. */
export interface Paged<T> {
  readonly items: readonly T[];
  readonly query: UseInfiniteQueryResult;
  /** Fetches the next page; undefined where there is none, or it is on its way. */
  readonly more: (() => void) | undefined;
}

/** `key` names what is listed, filters included: another key is another list. */
export function usePaged<T>(
  key: readonly unknown[],
  read: (client: Client, page: { readonly cursor?: string }) => Promise<Page<T>>,
  refetchEvery?: (items: readonly T[]) => number | false,
): Paged<T> {
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(client, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => refetchEvery?.(state.data?.pages.flatMap(({ items }) => items) ?? []) ?? false,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const more = query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined;
  return { items, query, more };
}
