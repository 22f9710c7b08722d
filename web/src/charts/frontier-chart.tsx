import type * as Plot from '@observablehq/plot';
import { useCallback } from 'react';
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
  const draw = useCallback(
    (plot: typeof Plot) => optionsOf(plot, { points, front, x, y, winnerId, linkOf }),
    [points, front, x, y, winnerId, linkOf],
  );
  const limited = x.limit !== undefined || y.limit !== undefined;
  return (
    <>
      <Chart
        label={`${front.size} candidates on the frontier of ${x.metric} and ${y.metric}`}
        height={320}
        draw={draw}
      />
      <Legend entries={SIGNS.filter(({ label }) => limited || label !== 'forbidden by a hard limit')} />
    </>
  );
}

function optionsOf(plot: typeof Plot, { points, front, x, y, winnerId, linkOf }: FrontierChartProps): Plot.PlotOptions {
  const at = (axis: Axis) => (point: CurvePointView) => point.objectives[axis.metric] ?? null;
  const measured = points.filter((point) => at(x)(point) !== null && at(y)(point) !== null);
  const domains = { x: domainOf(measured.map(at(x)), x.limit), y: domainOf(measured.map(at(y)), y.limit) };
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
    marginRight: 24,
    x: { label: `${x.metric} (${x.goal})`, domain: domains.x, grid: true },
    y: { label: `${y.metric} (${y.goal})`, domain: domains.y, grid: true },
    marks: [
      ...forbidden(plot, x, y, domains),
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

function forbidden(
  plot: typeof Plot,
  x: Axis,
  y: Axis,
  domains: { readonly x: [number, number]; readonly y: [number, number] },
) {
  const rects = (
    [
      ['x', x],
      ['y', y],
    ] as const
  ).flatMap(([name, axis]) => {
    if (axis.limit === undefined) return [];
    const [low, high] = domains[name];
    const [from, to] = axis.goal === 'minimize' ? [axis.limit, high] : [low, axis.limit];
    if (from >= to) return [];
    const whole = { x1: domains.x[0], x2: domains.x[1], y1: domains.y[0], y2: domains.y[1] };
    return [{ ...whole, [`${name}1`]: Math.max(low, from), [`${name}2`]: Math.min(high, to) }];
  });
  return [plot.rect(rects, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: COLORS.broken, fillOpacity: 0.1 })];
}

const SIGNS = [
  { label: 'on the frontier', sign: <circle r="3.5" fill={COLORS.best} /> },
  { label: 'dominated', sign: <circle r="2.5" fill="none" stroke={COLORS.candidate} /> },
  {
    label: 'baseline',
    sign: <rect x="-4" y="-4" width="8" height="8" fill="none" stroke={COLORS.candidate} strokeWidth="2" />,
  },
  { label: 'the best now', sign: <circle r="5" fill={COLORS.winner} /> },
  {
    label: 'forbidden by a hard limit',
    sign: <rect x="-9" y="-5" width="18" height="10" fill={COLORS.broken} opacity="0.25" />,
  },
];
