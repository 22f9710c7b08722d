import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RowFilter, Upload } from '../../../src/client/index.ts';
import { useClient } from './client.tsx';
import { usePaged } from './paged.ts';

const ROWS_PER_PAGE = 100;

export const useDatasets = () => usePaged(['datasets'], (client, page) => client.datasets.list(page));

export const useDatasetVersions = (name: string) =>
  usePaged(['dataset', name, 'versions'], (client, page) => client.datasets.versions(name, page));

export const useRows = (name: string, version: number, filter: RowFilter) =>
  usePaged(['dataset', name, version, 'rows', filter], (client, page) =>
    client.datasets.rows(name, version, { ...filter, ...page, limit: ROWS_PER_PAGE }),
  );

export function useDatasetVersion(name: string, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: ['dataset', name, version],
    queryFn: () => client.datasets.version(name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useCohorts(name: string, version: number) {
  const client = useClient();
  return useQuery({
    queryKey: ['dataset', name, version, 'cohorts'],
    queryFn: () => client.datasets.cohorts(name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** One row by its id; null where the version has none of it. */
export function useRow(name: string, version: number, id: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['dataset', name, version, 'row', id],
    queryFn: async () => {
      const { items } = await client.datasets.rows(name, version, { search: id, limit: 500 });
      return items.find((row) => row.id === id) ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const useDatasetDiff = (name: string, between: { readonly from: number; readonly to: number }) => {
  const client = useClient();
  return useQuery({
    queryKey: ['dataset', name, 'diff', between],
    queryFn: () => client.datasets.diff(name, { ...between, limit: 500 }),
    placeholderData: keepPreviousData,
  });
};

/** Looks at an upload, or stores it. */
export function useUpload() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, upload }: { readonly name: string; readonly upload: Upload }) =>
      client.datasets.upload(name, upload),
    onSuccess: async ({ name }, { upload }) => {
      if (upload.dryRun) return;
      await queries.invalidateQueries({ queryKey: ['datasets'] });
      await queries.invalidateQueries({ queryKey: ['dataset', name, 'versions'] });
    },
  });
}
