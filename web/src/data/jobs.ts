import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { hasEnded, type Job } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';

/** How often a list asks again while something in it still runs. */
const LIST_REFRESH_MS = 4_000;
const JOB_REFRESH_MS = 2_000;
const PAGE_SIZE = 50;

export interface JobFilter {
  readonly status?: Job['status'];
  readonly prompt?: string;
}

/** Jobs, newest first, page by page. Refreshed while one of them runs. */
export function useJobs(filter: JobFilter) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ['jobs', filter],
    queryFn: ({ pageParam }) =>
      client.jobs.list({ ...filter, limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((job) => !hasEnded(job))) ? LIST_REFRESH_MS : false,
  });
}

export function useJob(id: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', id],
    queryFn: () => client.jobs.get(id),
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data) ? JOB_REFRESH_MS : false),
  });
}

/** The baseline, and the best candidate so far. */
export function useBaselineAndBest({ id, best }: Pick<Job, 'id' | 'best'>) {
  const client = useClient();
  const bestId = best?.candidateId ?? 'c0';
  return useQuery({
    queryKey: ['job', id, 'baseline-and-best', bestId],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const [baseline, best] = await Promise.all(
        ['c0', bestId].map((candidate) => client.jobs.candidate(id, candidate)),
      );
      if (!baseline || !best) throw new Error('two candidates were asked for');
      return { baseline, best };
    },
  });
}
