import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { type Client, createClient } from '../../../src/client/index.ts';
import { BASE } from './base.ts';
import { createQueryClient } from './query-client.ts';
import { useSession } from './session.ts';

const ClientContext = createContext<Client | null>(null);

/** A client of the service that this page came from. */
export const clientWith = (apiKey: string | null): Client =>
  createClient({ url: BASE.href, ...(apiKey !== null && { apiKey }) });

/** The client and what it has read, anew for each API key: what one key may see is not for the next one. */
export function ClientProvider({ children }: { readonly children: ReactNode }) {
  const { apiKey } = useSession();
  const { client, queries } = useMemo(() => ({ client: clientWith(apiKey), queries: createQueryClient() }), [apiKey]);
  return (
    <QueryClientProvider client={queries}>
      <ClientContext value={client}>{children}</ClientContext>
    </QueryClientProvider>
  );
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient is used outside of ClientProvider');
  return client;
}
