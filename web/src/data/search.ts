import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { hasEnded, type Job, type Lineage, type Standings, type StandingsQuery } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';

export type Summary = Standings['items'][number];
export type LineageNode = Lineage['items'][number];

/** How often a table of a running search asks again. */
const REFRESH_MS = 5_000;
const PAGE_SIZE = 100;

type JobState = Pick<Job, 'id' | 'status'>;

const refreshOf = (job: JobState): number | false => (hasEnded(job) ? false : REFRESH_MS);

/** Candidates of a job without their texts, page by page. */
export function useStandings(job: JobState, query: StandingsQuery) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ['job', job.id, 'standings', query],
    queryFn: ({ pageParam }) =>
      client.jobs.standings(job.id, { ...query, limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: refreshOf(job),
  });
}

/** The way to the best candidate. */
export function useLineage(job: JobState) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', job.id, 'lineage'],
    queryFn: () => client.jobs.lineage(job.id),
    refetchInterval: refreshOf(job),
  });
}

/** The children of a candidate, page by page. */
export function useChildren(job: JobState, parent: string) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ['job', job.id, 'lineage', parent],
    queryFn: ({ pageParam }) =>
      client.jobs.lineage(job.id, {
        under: parent,
        limit: PAGE_SIZE,
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: refreshOf(job),
  });
}

/** Proposals from a candidate that were refused before they cost a rollout. */
export function useRefusalsOf(job: JobState, parent: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', job.id, 'refusals', parent],
    queryFn: () => client.jobs.refusals(job.id, { parent, limit: PAGE_SIZE }),
    refetchInterval: refreshOf(job),
  });
}
