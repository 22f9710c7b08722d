import { useQuery } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { usePaged } from './paged.ts';

export const useJudgeCards = () => usePaged(['judges'], (client, page) => client.judges.list(page));

export function useJudgeCard(id: string) {
  const client = useClient();
  return useQuery({ queryKey: ['judge', id], queryFn: () => client.judges.get(id) });
}
