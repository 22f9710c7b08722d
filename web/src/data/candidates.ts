import { useQuery } from '@tanstack/react-query';
import { useClient } from './client.tsx';

/** A candidate with its texts and its scores by evaluator and cohort. */
export function useCandidate(jobId: string, candidateId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', jobId, 'candidate', candidateId],
    queryFn: () => client.jobs.candidate(jobId, candidateId),
  });
}

/** Every run of a candidate on a row. */
export function useRollouts(jobId: string, candidate: string, row: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['job', jobId, 'rollouts', candidate, row],
    queryFn: () => client.jobs.rollouts(jobId, { candidate, row }),
  });
}

export function useRow(jobId: string, row: string) {
  const client = useClient();
  return useQuery({ queryKey: ['job', jobId, 'row', row], queryFn: () => client.jobs.row(jobId, row), retry: false });
}
