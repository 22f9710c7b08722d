import type * as Plot from '@observablehq/plot';
import { useCallback } from 'react';
import { formatMetric } from '../../../src/domain/figures.ts';
import type { CurvePointView } from '../../../src/domain/views/job-view.ts';
import { Chart } from './chart.tsx';
import { COLORS } from './colors.ts';
import { Legend } from './legend.tsx';

export const CURVE_AXES = {
  rollouts: 'Rollouts',
  tokens: 'Tokens',
  usd: 'Cost (USD)',
  time: 'Time (minutes)',
} as const;
export type CurveAxis = keyof typeof CURVE_AXES;

interface CurveChartProps {
  readonly points: readonly CurvePointView[];
  readonly metric: string;
  readonly axis: CurveAxis;
  /** Draws the dominated volume instead of the score. */
  readonly hypervolume: boolean;
  readonly winnerId: string | null;
  /** Where the rest of a candidate is. */
  readonly linkOf: (candidateId: string) => string;
}

/** Best so far as a line with its interval, every candidate as a dot, the baseline as a level. */
export function CurveChart(props: CurveChartProps) {
  const { points, metric, axis, hypervolume, winnerId, linkOf } = props;
  const draw = useCallback(
    (plot: typeof Plot) => optionsOf(plot, { points, metric, axis, hypervolume, winnerId, linkOf }),
    [points, metric, axis, hypervolume, winnerId, linkOf],
  );
  return (
    <>
      <Chart label={describe(props)} height={300} draw={draw} />
      <Legend entries={hypervolume ? VOLUME_SIGNS : signsOf(points)} />
    </>
  );
}

function optionsOf(
  plot: typeof Plot,
  { points, metric, axis, hypervolume, winnerId, linkOf }: CurveChartProps,
): Plot.PlotOptions {
  const start = Date.parse(points[0]?.at ?? '');
  const x = (point: CurvePointView) => (axis === 'time' ? (Date.parse(point.at) - start) / 60_000 : point[axis]);
  const frame: Plot.PlotOptions = {
    marginLeft: 52,
    // The name of the axis stands below its figures.
    marginBottom: 44,
    marginRight: 16,
    x: { label: CURVE_AXES[axis], labelOffset: 40, zero: true },
    y: { label: hypervolume ? 'Hypervolume' : metric, grid: true },
  };
  if (hypervolume) {
    const known = points.filter((point) => point.hypervolume !== null);
    return {
      ...frame,
      marks: [plot.line(known, { x, y: 'hypervolume', curve: 'step-after', stroke: COLORS.best, strokeWidth: 2 })],
    };
  }
  const own = (point: CurvePointView) => point.objectives[metric] ?? null;
  const scored = points.filter((point) => own(point) !== null);
  const baseline = points.find(({ candidateId }) => candidateId === 'c0');
  const title = (point: CurvePointView) =>
    `${point.candidateId}: ${formatMetric(metric, own(point))}${point.violation > 0 ? ', breaks a hard constraint' : ''}`;
  return {
    ...frame,
    marks: [
      ...runsByKind(points).flatMap((run) => [
        plot.areaY(run.points, {
          x,
          y1: (point: CurvePointView) => point.interval?.low ?? Number.NaN,
          y2: (point: CurvePointView) => point.interval?.high ?? Number.NaN,
          curve: 'step-after',
          fill: COLORS.best,
          fillOpacity: 0.12,
        }),
        plot.line(run.points, {
          x,
          y: 'score',
          curve: 'step-after',
          stroke: COLORS.best,
          strokeWidth: 2,
          ...(run.kind === 'screening' && { strokeDasharray: '5 3' }),
        }),
      ]),
      ...(baseline && own(baseline) !== null
        ? [plot.ruleY([own(baseline)], { stroke: COLORS.candidate, strokeDasharray: '2 3' })]
        : []),
      plot.dot(scored, {
        x,
        y: own,
        r: (point: CurvePointView) => (point.candidateId === winnerId ? 5 : 3),
        symbol: (point: CurvePointView) => (point.violation > 0 ? 'times' : 'circle'),
        stroke: (point: CurvePointView) =>
          point.violation > 0 ? COLORS.broken : point.candidateId === winnerId ? COLORS.winner : COLORS.candidate,
        fill: (point: CurvePointView) =>
          point.candidateId === winnerId ? COLORS.winner : point.kind === 'validation' ? COLORS.candidate : 'none',
        href: (point: CurvePointView) => linkOf(point.candidateId),
        title,
      }),
    ],
    r: { type: 'identity' },
    symbol: { type: 'identity' },
    color: { type: 'identity' },
  };
}

/** Scores of one kind are never joined with those of the other. */
function runsByKind(points: readonly CurvePointView[]) {
  const runs: { readonly kind: CurvePointView['kind']; readonly points: CurvePointView[] }[] = [];
  for (const point of points) {
    const last = runs.at(-1);
    if (last?.kind === point.kind) last.points.push(point);
    else runs.push({ kind: point.kind, points: [point] });
  }
  return runs;
}

function describe({ points, metric, hypervolume, axis }: CurveChartProps): string {
  const last = points.at(-1);
  const baseline = points.find(({ candidateId }) => candidateId === 'c0')?.objectives[metric] ?? null;
  if (hypervolume) return `Hypervolume by ${CURVE_AXES[axis]}: ${last?.hypervolume ?? 'not measured'} at last`;
  return `${metric} by ${CURVE_AXES[axis]}: baseline ${formatMetric(metric, baseline)}, best so far ${formatMetric(metric, last?.score ?? null)} (${last?.best ?? 'none'})`;
}

const VOLUME_SIGNS = [
  { label: 'volume dominated so far', sign: <path d="M-9 0H9" stroke={COLORS.best} strokeWidth="2" /> },
];

function signsOf(points: readonly CurvePointView[]) {
  const kinds = new Set(points.map(({ kind }) => kind));
  return [
    ...(kinds.has('validation')
      ? [{ label: 'best so far, validation', sign: <path d="M-9 0H9" stroke={COLORS.best} strokeWidth="2" /> }]
      : []),
    ...(kinds.has('screening')
      ? [
          {
            label: 'best so far, screening',
            sign: <path d="M-9 0H9" stroke={COLORS.best} strokeWidth="2" strokeDasharray="5 3" />,
          },
        ]
      : []),
    { label: 'its interval', sign: <rect x="-9" y="-5" width="18" height="10" fill={COLORS.best} opacity="0.2" /> },
    { label: 'baseline', sign: <path d="M-9 0H9" stroke={COLORS.candidate} strokeDasharray="2 3" /> },
    {
      label: kinds.has('validation') ? 'candidate (filled: validation)' : 'candidate',
      sign: <circle r="3" fill="none" stroke={COLORS.candidate} strokeWidth="1.5" />,
    },
    { label: 'the best now', sign: <circle r="4.5" fill={COLORS.winner} /> },
    ...(points.some(({ violation }) => violation > 0)
      ? [
          {
            label: 'breaks a hard constraint',
            sign: <path d="M-3-3L3 3M-3 3L3-3" stroke={COLORS.broken} strokeWidth="1.5" />,
          },
        ]
      : []),
  ];
}
