import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ImportBody, Job } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';

/** More points than a chart has pixels for say nothing more. Every step of the best is among them. */
const CURVE_POINTS = 600;

export const curveKey = (jobId: string) => ['job', jobId, 'curve'] as const;

export function useCurve(jobId: string) {
  const client = useClient();
  return useQuery({
    queryKey: curveKey(jobId),
    queryFn: () => client.jobs.curve(jobId, { points: CURVE_POINTS }),
  });
}

/** The non-dominated candidates, best headline first. `points`: of the curve, so that it is asked for again when there are more. */
export function useFrontier(jobId: string, points: number) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', jobId, 'frontier', points],
    queryFn: () => client.jobs.frontier(jobId),
    enabled: points > 0,
    placeholderData: keepPreviousData,
  });
}

/** How often proposals were refused, by reason. */
export function useRefusals({ id, progress }: Pick<Job, 'id' | 'progress'>) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', id, 'refusals', progress.refused],
    queryFn: () => client.jobs.refusals(id, { limit: 1 }),
    enabled: progress.refused > 0,
    placeholderData: keepPreviousData,
  });
}

/** What a candidate differs in from the baseline, change by change. */
export function useChanges(jobId: string, candidateId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', jobId, 'changes', candidateId],
    queryFn: () => client.jobs.changes(jobId, candidateId),
    enabled: candidateId !== 'c0',
  });
}

export function useCancel(jobId: string) {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.jobs.cancel(jobId),
    onSuccess: (job) => queries.setQueryData(['job', jobId], job),
  });
}

/** Makes a draft version of a candidate. */
export function useImport(jobId: string) {
  const client = useClient();
  return useMutation({ mutationFn: (body: ImportBody) => client.jobs.import(jobId, body) });
}
