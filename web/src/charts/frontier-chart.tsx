import type * as Plot from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import { formatMetric } from '../../../src/domain/figures.ts';
import type { Objective } from '../../../src/domain/objective.ts';
import type { CurvePointView } from '../../../src/domain/views/job-view.ts';
import { Chart } from './chart.tsx';
import { COLORS } from './colors.ts';
import { Legend } from './legend.tsx';

type Axis = Pick<Objective, 'metric' | 'goal' | 'limit'>;

interface FrontierChartProps {
  /** Everything that was measured, one point a candidate. */
  readonly points: readonly CurvePointView[];
  /** Ids of the candidates that no other one dominates. */
  readonly front: ReadonlySet<string>;
  readonly x: Axis;
  readonly y: Axis;
  readonly winnerId: string | null;
  readonly linkOf: (candidateId: string) => string;
}

/** Candidates in two objectives: those that no other one dominates, the baseline, the best, and where the hard limits forbid. */
export function FrontierChart({ points, front, x, y, winnerId, linkOf }: FrontierChartProps) {
  const layout = useMemo(() => layoutOf(points, x, y), [points, x, y]);
  const draw = useCallback(
    (plot: typeof Plot) => optionsOf(plot, layout, { front, x, y, winnerId, linkOf }),
    [layout, front, x, y, winnerId, linkOf],
  );
  return (
    <>
      <Chart
        label={`${front.size} candidates on the frontier of ${x.metric} and ${y.metric}`}
        height={320}
        draw={draw}
      />
      <Legend entries={layout.forbidden.length > 0 ? [...SIGNS, FORBIDDEN] : SIGNS} />
    </>
  );
}

const at = (axis: Axis) => (point: CurvePointView) => point.objectives[axis.metric] ?? null;

interface Layout {
  readonly measured: readonly CurvePointView[];
  readonly domains: { readonly x: [number, number]; readonly y: [number, number] };
  /** Where a hard limit forbids, as far as that is inside of the plot. */
  readonly forbidden: readonly { readonly x1: number; readonly x2: number; readonly y1: number; readonly y2: number }[];
}

function layoutOf(points: readonly CurvePointView[], x: Axis, y: Axis): Layout {
  const measured = points.filter((point) => at(x)(point) !== null && at(y)(point) !== null);
  const domains = { x: domainOf(measured.map(at(x)), x.limit), y: domainOf(measured.map(at(y)), y.limit) };
  return { measured, domains, forbidden: forbiddenBy(x, y, domains) };
}

function optionsOf(
  plot: typeof Plot,
  { measured, domains, forbidden }: Layout,
  { front, x, y, winnerId, linkOf }: Omit<FrontierChartProps, 'points'>,
): Plot.PlotOptions {
  const [best, others] = [
    measured.filter(({ candidateId }) => front.has(candidateId)),
    measured.filter(({ candidateId }) => !front.has(candidateId)),
  ];
  const title = (point: CurvePointView) =>
    `${point.candidateId}: ${x.metric} ${formatMetric(x.metric, at(x)(point))}, ${y.metric} ${formatMetric(y.metric, at(y)(point))}`;
  const placed = { x: at(x), y: at(y), title, href: (point: CurvePointView) => linkOf(point.candidateId) };
  const stairs = [...best].sort((a, b) => (at(x)(a) ?? 0) - (at(x)(b) ?? 0));
  return {
    marginLeft: 56,
    // The name of the axis stands below its figures.
    marginBottom: 44,
    marginRight: 24,
    x: { label: `${x.metric} (${x.goal})`, labelOffset: 40, domain: domains.x, grid: true },
    y: { label: `${y.metric} (${y.goal})`, domain: domains.y, grid: true },
    marks: [
      plot.rect(forbidden, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: COLORS.broken, fillOpacity: 0.1 }),
      plot.line(stairs, { ...placed, href: null, title: null, stroke: COLORS.best, strokeOpacity: 0.6 }),
      plot.dot(others, { ...placed, r: 2.5, stroke: COLORS.candidate, strokeOpacity: 0.7 }),
      plot.dot(best, { ...placed, r: 3.5, fill: COLORS.best }),
      plot.dot(
        measured.filter(({ candidateId }) => candidateId === 'c0'),
        { ...placed, r: 5, symbol: 'square', stroke: COLORS.candidate, strokeWidth: 2 },
      ),
      plot.dot(
        measured.filter(({ candidateId }) => candidateId === winnerId),
        { ...placed, r: 6, fill: COLORS.winner },
      ),
    ],
  };
}

/** A little more than what was measured, with a limit that is near. */
function domainOf(values: readonly (number | null)[], limit: number | undefined): [number, number] {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const spread = high - low || Math.abs(high) || 1;
  const near = limit !== undefined && limit > low - spread && limit < high + spread ? [limit] : [];
  return [Math.min(low, ...near) - spread * 0.06, Math.max(high, ...near) + spread * 0.06];
}

function forbiddenBy(x: Axis, y: Axis, domains: Layout['domains']): Layout['forbidden'] {
  const whole = { x1: domains.x[0], x2: domains.x[1], y1: domains.y[0], y2: domains.y[1] };
  const within = (axis: Axis, [low, high]: readonly [number, number]): [number, number] | null => {
    if (axis.limit === undefined) return null;
    const [from, to] = axis.goal === 'minimize' ? [Math.max(low, axis.limit), high] : [low, Math.min(high, axis.limit)];
    return from < to ? [from, to] : null;
  };
  const [inX, inY] = [within(x, domains.x), within(y, domains.y)];
  return [
    ...(inX ? [{ ...whole, x1: inX[0], x2: inX[1] }] : []),
    ...(inY ? [{ ...whole, y1: inY[0], y2: inY[1] }] : []),
  ];
}

const SIGNS = [
  { label: 'on the frontier', sign: <circle r="3.5" fill={COLORS.best} /> },
  { label: 'dominated', sign: <circle r="2.5" fill="none" stroke={COLORS.candidate} /> },
  {
    label: 'baseline',
    sign: <rect x="-4" y="-4" width="8" height="8" fill="none" stroke={COLORS.candidate} strokeWidth="2" />,
  },
  { label: 'the best now', sign: <circle r="5" fill={COLORS.winner} /> },
];
const FORBIDDEN = {
  label: 'forbidden by a hard limit',
  sign: <rect x="-9" y="-5" width="18" height="10" fill={COLORS.broken} opacity="0.25" />,
};
