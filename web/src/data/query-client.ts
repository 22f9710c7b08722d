import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../../src/client/index.ts';
import { askForKey } from './session.ts';

function onError(error: unknown): void {
  if (error instanceof ApiProblem && error.status === 401) askForKey();
}

/** Retries are the client's business: it knows which failures may pass. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
  });
}
