import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { jobRequestSchema } from '../../../src/domain/job.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { useClient } from './client.tsx';

const CATALOGUE_MS = 10 * 60_000;

/** The schema of a job as people write it. */
export const jobJsonSchema = z.toJSONSchema(jobRequestSchema, { io: 'input', unrepresentable: 'any' });

export function useOptimizers() {
  const client = useClient();
  return useQuery({ queryKey: ['optimizers'], queryFn: () => client.jobs.optimizers(), staleTime: CATALOGUE_MS });
}

/** References that a job may name, newest versions first, as suggestions: others can be typed. */
export function useReferences() {
  const client = useClient();
  return useQuery({
    queryKey: ['references'],
    queryFn: async () => {
      const [prompts, datasets, suites] = await Promise.all([
        client.prompts.list(),
        client.datasets.list(),
        client.suites.list(),
      ]);
      const refsOf = (items: readonly { readonly name?: unknown; readonly ref?: unknown }[]) =>
        [...new Set(items.flatMap(({ name, ref }) => [ref, `${String(name)}@latest`]))].map(String);
      return {
        prompts: refsOf(prompts.items.map(({ name, latest }) => ({ name, ref: latest.ref }))),
        datasets: refsOf(datasets.items),
        suites: refsOf(suites.items),
      };
    },
  });
}

/** What the service thinks of a draft: every check, the estimate and the advice. Nothing is paid. */
export function useDryRun(draft: JsonObject) {
  const client = useClient();
  return useQuery({
    queryKey: ['dry-run', draft],
    // The service reads the draft with the schema that the form is made from; what does not fit comes back as a problem with its fields.
    queryFn: () => client.jobs.dryRun({ ...draft, force: true, strict: false }),
    placeholderData: keepPreviousData,
    enabled: Object.keys(draft).length > 0,
    gcTime: 60_000,
  });
}

export function useSubmit() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: JsonObject) => client.jobs.submit(draft),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
