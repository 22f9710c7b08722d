import { useQuery } from '@tanstack/react-query';
import { type Evaluation, hasEnded } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';
import { usePaged } from './paged.ts';

const REFRESH_MS = 3_000;

/** Newest first; asked for again while one of them runs. */
export const useEvaluations = (status?: Evaluation['status']) =>
  usePaged(
    ['evaluations', status ?? null],
    (client, page) => client.evaluations.list({ ...page, ...(status && { status }) }),
    (items) => (items.some((each) => !hasEnded(each)) ? REFRESH_MS : false),
  );

export function useEvaluation(id: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['evaluation', id],
    queryFn: () => client.evaluations.get(id),
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data) ? REFRESH_MS : false),
  });
}
