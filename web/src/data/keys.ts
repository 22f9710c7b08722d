import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { KeyBody } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';

export function useKeys() {
  const client = useClient();
  return useQuery({ queryKey: ['keys'], queryFn: () => client.keys.list() });
}

/** `refresh` reads the list again: not before this tab can, which after the first key it cannot without it. */
export function useCreateKey() {
  const client = useClient();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: KeyBody) => client.keys.create(body),
    // The answer has the secret: it is not to stay in memory once nobody looks at it.
    gcTime: 0,
  });
  return { create, refresh: () => queries.invalidateQueries({ queryKey: ['keys'] }) };
}

export function useRevokeKey() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, self }: { readonly id: string; readonly self: boolean }) => client.keys.revoke(id, { self }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
}
