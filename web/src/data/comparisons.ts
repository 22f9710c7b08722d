import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import {
  type Comparison,
  type ComparisonQuery,
  type EvaluationBody,
  hasEnded,
  type Job,
} from '../../../src/client/index.ts';
import { type Components, componentsOf, promptContentSchema } from '../../../src/domain/prompt.ts';
import { useClient } from './client.tsx';
import { type Subject, subjectOf } from './subjects.ts';

export type ComparedRow = Comparison['rows']['items'][number];
export type ComparedCohort = Comparison['cohorts'][number];

const PAGE_SIZE = 100;
const EVALUATION_REFRESH_MS = 1_500;

/** Two measured candidates, row by row, page by page. Every page has the figures of the whole. */
export function useComparison(a: string, b: string, query: ComparisonQuery, enabled = true) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: ['comparison', a, b, query],
    queryFn: ({ pageParam }) =>
      client.evaluations.compare(a, b, {
        ...query,
        limit: PAGE_SIZE,
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.rows.nextCursor,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** The texts of whatever can be compared, by component. */
export function useTexts(subject: string) {
  const client = useClient();
  return useQuery({
    queryKey: ['texts', subject],
    queryFn: async (): Promise<Components> => {
      const found: Subject | null = subjectOf(subject);
      if (!found) throw new Error(`"${subject}" names nothing that has a text`);
      if (found.kind === 'version') {
        const version = await client.prompts.version(found.name, found.version);
        return componentsOf(promptContentSchema.parse(version['content']));
      }
      if (!found.id.startsWith('eval')) return (await client.jobs.candidate(found.id, found.candidate)).components;
      const { resolved } = await client.evaluations.get(found.id);
      return componentsOf(promptOf(resolved, found.candidate));
    },
  });
}

type EvaluationSide = NonNullable<EvaluationBody['baseline']>;

/** How an evaluation is asked for the two: candidates of earlier evaluations by where they came from, or by their text. */
export function useSides(a: string, b: string) {
  const client = useClient();
  const sideOf = async (text: string): Promise<EvaluationSide> => {
    const subject = subjectOf(text);
    if (subject?.kind !== 'candidate') return text;
    if (!subject.id.startsWith('eval')) return { job: subject.id, candidate: subject.candidate };
    const { candidates, resolved } = await client.evaluations.get(subject.id);
    const known = candidates.find(({ id }) => id === subject.candidate);
    if (known?.source) return { job: known.source.jobId, candidate: known.source.candidateId };
    return known?.ref ?? { prompt: promptOf(resolved, subject.candidate) };
  };
  return useQuery({
    queryKey: ['sides', a, b],
    queryFn: async () => ({ baseline: await sideOf(a), candidate: await sideOf(b) }),
  });
}

function promptOf(resolved: unknown, candidate: string) {
  const prompts =
    typeof resolved === 'object' && resolved !== null && 'prompts' in resolved && Array.isArray(resolved.prompts)
      ? resolved.prompts
      : [];
  const found: unknown = prompts.find(
    (each: unknown) => typeof each === 'object' && each !== null && 'id' in each && each.id === candidate,
  );
  if (typeof found !== 'object' || found === null || !('prompt' in found))
    throw new Error(`the evaluation has no prompt "${candidate}"`);
  return promptContentSchema.parse(found.prompt);
}

/** Has prompts measured on the same rows. Answers with the evaluation as it was taken. */
export function useEvaluate() {
  const client = useClient();
  return useMutation({ mutationFn: (body: EvaluationBody) => client.evaluations.submit(body) });
}

/** An evaluation as it stands; asked for again until it has ended. */
export function useEvaluation(id: string | null) {
  const client = useClient();
  return useQuery({
    queryKey: ['evaluation', id],
    queryFn: () => client.evaluations.get(id ?? ''),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && !hasEnded(state.data) ? EVALUATION_REFRESH_MS : false),
  });
}

/** Jobs whose dataset, suite and models an evaluation may take over. */
export function useRecentJobs() {
  const client = useClient();
  return useQuery({
    queryKey: ['jobs', 'recent'],
    queryFn: async (): Promise<readonly Job[]> => (await client.jobs.list({ limit: 50 })).items,
  });
}
