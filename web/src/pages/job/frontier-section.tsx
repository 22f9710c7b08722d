import { Group, NativeSelect } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { useHref, useSearchParams } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import type { Objective } from '../../../../src/domain/objective.ts';
import type { CurvePointView } from '../../../../src/domain/views/job-view.ts';
import { FrontierChart } from '../../charts/frontier-chart.tsx';
import { Section } from '../../components/section.tsx';
import { useCurve, useFrontier } from '../../data/job-details.ts';
import { headlineOfJob, type Resolved } from '../../data/resolved.ts';

type Axis = Pick<Objective, 'metric' | 'goal' | 'limit'>;

/** The trade-off between any two objectives. Which two is in the address. */
export function FrontierSection({ job, resolved }: { readonly job: Job; readonly resolved: Resolved }) {
  const [search, setSearch] = useSearchParams();
  const curve = useCurve(job.id);
  const frontier = useFrontier(job.id, curve.data?.length ?? 0);
  const objectives: readonly Axis[] = resolved.objectives;
  const headline = headlineOfJob(resolved);
  const chosen = (name: string, instead: Axis | undefined) =>
    objectives.find(({ metric }) => metric === search.get(name)) ?? instead;
  const y = chosen('fy', headline);
  const x = chosen(
    'fx',
    objectives.find(({ metric }) => metric !== y?.metric),
  );
  const candidates = useHref(`/jobs/${job.id}/candidates`);
  const linkOf = useCallback((id: string) => `${candidates}/${encodeURIComponent(id)}`, [candidates]);
  const points = useMemo(
    () => lastOfEach([...(curve.data ?? []), ...(frontier.data ?? [])]),
    [curve.data, frontier.data],
  );
  const front = useMemo(() => new Set(frontier.data?.map(({ candidateId }) => candidateId)), [frontier.data]);
  if (!x || !y || points.length === 0) return null;
  const select = (name: string, label: string, value: string) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      data={objectives.map(({ metric }) => metric)}
      value={value}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setSearch(
          (earlier) => {
            const params = new URLSearchParams(earlier);
            params.set(name, next);
            return params;
          },
          { replace: true, preventScrollReset: true },
        );
      }}
    />
  );
  return (
    <Section
      title={`Frontier on ${kindOf(curve.data)} rows`}
      aside={
        <Group gap="xs">
          {select('fy', 'Vertical objective', y.metric)}
          <span aria-hidden>against</span>
          {select('fx', 'Horizontal objective', x.metric)}
        </Group>
      }
    >
      <FrontierChart
        points={points}
        front={front}
        x={x}
        y={y}
        winnerId={job.best?.candidateId ?? null}
        linkOf={linkOf}
      />
    </Section>
  );
}

function lastOfEach(points: readonly CurvePointView[]): readonly CurvePointView[] {
  return [...new Map(points.map((point) => [point.candidateId, point])).values()];
}

const kindOf = (curve: readonly CurvePointView[] | undefined): string =>
  curve?.at(-1)?.kind === 'screening' ? 'screened' : 'validation';
