import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { usePaged } from './paged.ts';

/** The newest version of each. */
export const usePrompts = () =>
  usePaged(['prompts'], async (client, page) => {
    const { items, nextCursor } = await client.prompts.list(page);
    return { items: items.map(({ latest }) => latest), nextCursor };
  });

export const usePromptVersions = (name: string) =>
  usePaged(['prompt', name, 'versions'], (client, page) => client.prompts.versions(name, page));

/** With its newest version. */
export function usePrompt(name: string) {
  const client = useClient();
  return useQuery({ queryKey: ['prompt', name], queryFn: () => client.prompts.get(name) });
}

/** A version never changes. */
export function usePromptVersion(name: string, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: ['prompt', name, 'version', version],
    queryFn: () => client.prompts.version(name, version),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: name !== '',
  });
}

export function useCreatePromptVersion() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { readonly name: string; readonly body: object }) =>
      client.prompts.createVersion(name, body),
    onSuccess: ({ name }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['prompts'] }),
        queries.invalidateQueries({ queryKey: ['prompt', name] }),
      ]),
  });
}
