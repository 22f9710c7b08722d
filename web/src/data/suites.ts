import { useQuery } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { usePaged } from './paged.ts';

export const useSuites = () => usePaged(['suites'], (client, page) => client.suites.list(page));

export const useSuiteVersions = (name: string) =>
  usePaged(['suite', name, 'versions'], (client, page) => client.suites.versions(name, page));

/** The judges of a version of a suite, with what is known of them. */
export function useSuiteJudges(name: string, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: ['suite', name, version, 'judges'],
    queryFn: () => client.suites.judges(name, version),
  });
}

/** The catalogue; it does not change while the service runs. */
export function useEvaluators() {
  const client = useClient();
  return useQuery({
    queryKey: ['evaluators'],
    queryFn: () => client.suites.evaluators(),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
