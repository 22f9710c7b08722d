import { Checkbox, Group, SegmentedControl } from '@mantine/core';
import { useCallback } from 'react';
import { useHref, useSearchParams } from 'react-router';
import { hasEnded, type Job } from '../../../../src/client/index.ts';
import { type CURVE_AXES, type CurveAxis, CurveChart } from '../../charts/curve-chart.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useCurve } from '../../data/job-details.ts';
import { headlineOfJob, type Resolved } from '../../data/resolved.ts';
import { CurveFigures } from './curve-figures.tsx';

/** The score as it rose, over what was spent for it. The axes are in the address. */
export function CurveSection({ job, resolved }: { readonly job: Job; readonly resolved: Resolved }) {
  const [search, setSearch] = useSearchParams();
  const curve = useCurve(job.id);
  const { metric } = headlineOfJob(resolved);
  const axis = AXES.find((each) => each === search.get('x')) ?? 'rollouts';
  const hypervolume = search.get('y') === 'hypervolume';
  const several = resolved.objectives.length > 1;
  const candidates = useHref(`/jobs/${job.id}/candidates`);
  const linkOf = useCallback((id: string) => `${candidates}/${encodeURIComponent(id)}`, [candidates]);
  const change = (name: string, value: string | null) =>
    setSearch(
      (earlier) => {
        const next = new URLSearchParams(earlier);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <Section
      title={hypervolume ? 'Hypervolume' : `Score curve: ${metric}`}
      aside={
        curve.data?.length !== 0 && (
          <Group gap="sm">
            {several && (
              <Checkbox
                size="xs"
                label="Hypervolume"
                checked={hypervolume}
                onChange={(event) => change('y', event.currentTarget.checked ? 'hypervolume' : null)}
              />
            )}
            <SegmentedControl
              size="xs"
              aria-label="Horizontal axis"
              data={AXES.map((value) => ({ value, label: AXIS_WORDS[value] }))}
              value={axis}
              onChange={(value) => change('x', value === 'rollouts' ? null : value)}
            />
          </Group>
        )
      }
    >
      {curve.isPending && <Loading what="the curve" height={300} />}
      {curve.isError && <ProblemAlert error={curve.error} onRetry={curve.refetch} />}
      {curve.data?.length === 0 && (
        <Empty title={hasEnded(job) ? 'Nothing was measured' : 'Nothing is measured yet'}>
          {hasEnded(job)
            ? 'The job ended before a candidate was ranked.'
            : 'The first point comes when the baseline is measured.'}
        </Empty>
      )}
      {curve.data && curve.data.length > 0 && (
        <>
          <CurveChart
            points={curve.data}
            metric={metric}
            axis={axis}
            hypervolume={hypervolume}
            winnerId={job.best?.candidateId ?? null}
            linkOf={linkOf}
          />
          <CurveFigures points={curve.data} metric={metric} />
        </>
      )}
    </Section>
  );
}

const AXES = ['rollouts', 'tokens', 'usd', 'time'] as const satisfies readonly (keyof typeof CURVE_AXES)[];
const AXIS_WORDS: Readonly<Record<CurveAxis, string>> = {
  rollouts: 'Rollouts',
  tokens: 'Tokens',
  usd: 'USD',
  time: 'Time',
};
