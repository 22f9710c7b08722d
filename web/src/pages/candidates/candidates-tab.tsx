import { Stack, Text } from '@mantine/core';
import { useOutletContext, useSearchParams } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useStandings } from '../../data/search.ts';
import { CandidateFilters } from './candidate-filters.tsx';
import { CandidatesTable } from './candidates-table.tsx';
import { queryOf, withoutEmpty } from './query.ts';

/** Every candidate of a search; order and filters are in the URL. */
export function Component() {
  const job = useOutletContext<Job>();
  const [search, setSearch] = useSearchParams();
  const query = queryOf(search);
  const standings = useStandings(job, query);
  const first = standings.data?.pages[0];
  const found = standings.data?.pages.flatMap(({ items }) => items) ?? [];
  const change = (next: Readonly<Record<string, string>>) =>
    setSearch(withoutEmpty({ ...query, ...next }), { replace: true });
  if (standings.isError) return <ProblemAlert error={standings.error} onRetry={standings.refetch} />;
  if (!first) return <Loading what="candidates" height={480} />;
  return (
    <Stack gap="sm">
      <title>{`Candidates of ${job.name || job.id} · Paretune`}</title>
      <CandidateFilters query={query} fates={first.fates} operators={first.operators} onChange={change} />
      {found.length === 0 ? (
        <Empty title={first.all === 0 ? 'No candidates yet' : 'No candidate is like that'}>
          {first.all === 0
            ? 'The baseline is the first one; it appears as soon as a worker has taken the job up.'
            : 'Change the filters to see others.'}
        </Empty>
      ) : (
        <CandidatesTable
          job={job}
          candidates={found}
          query={query}
          onChange={change}
          onEnd={
            standings.hasNextPage && !standings.isFetchingNextPage ? () => void standings.fetchNextPage() : undefined
          }
        />
      )}
      <Text size="xs" c="dimmed" role="status">
        {standings.isFetchingNextPage
          ? 'Loading more …'
          : `${formatCount(first.total)} of ${formatCount(first.all)} candidates${standings.hasNextPage ? `, ${formatCount(found.length)} loaded; scroll for more` : ''}. A screening score stands on the rows looked at so far, a validation score on all of validation: the two are never compared.`}
      </Text>
    </Stack>
  );
}
