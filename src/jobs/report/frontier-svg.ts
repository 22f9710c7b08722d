import { formatCount, formatMetric } from '../../domain/figures.ts';
import { ticks } from './curve-shape.ts';
import { escapeHtml } from './escape.ts';
import type { ParetoFigures } from './pareto-figures.ts';
import { frame, round } from './svg-frame.ts';

export interface FrontierOptions {
  /** Metric up, then the metrics across: one picture for each. */
  readonly metrics: readonly string[];
  readonly baselineId: string;
  readonly shownId: string;
  /** Limits by metric. */
  readonly limits: Readonly<Record<string, number | undefined>>;
}

/** More objectives than this are told by the table alone. */
const MOST_PICTURES = 3;
const WIDTH = 640;
const HEIGHT = 320;

/** The front of a job with several objectives: the headline over each other objective. Colours come from the page's classes. */
export function renderFrontierSvg({ front }: ParetoFigures, options: FrontierOptions): string[] {
  const [up, ...across] = options.metrics;
  if (up === undefined) return [];
  return across.slice(0, MOST_PICTURES).flatMap((metric, index) => {
    const points = front.flatMap(({ candidateId, values }) => {
      const [x, y] = [values[metric]?.value ?? null, values[up]?.value ?? null];
      return x === null || y === null ? [] : [{ candidateId, x, y }];
    });
    return points.length < 2 ? [] : [picture(points, { up, metric, id: `front-${index}` }, options)];
  });
}

interface Placed {
  readonly candidateId: string;
  readonly x: number;
  readonly y: number;
}

function picture(
  points: readonly Placed[],
  { up, metric, id }: { readonly up: string; readonly metric: string; readonly id: string },
  { baselineId, shownId, limits }: FrontierOptions,
): string {
  const across = spanOf(points.map(({ x }) => x));
  const high = spanOf(points.map(({ y }) => y));
  const { x, y, parts } = frame({
    id,
    title: `${up} over ${metric} on the front`,
    description: `${points.length} candidates that no other one dominates; the table below has the figures.`,
    width: WIDTH,
    height: HEIGHT,
    x: { label: metric, ...across, ticks: ticks(across.low, across.high, 5), text: (tick) => tickText(metric, tick) },
    y: { label: up, ...high, ticks: ticks(high.low, high.high, 5), text: (tick) => tickText(up, tick) },
  });
  const limit = limits[metric];
  const inside = limit !== undefined && limit >= across.low && limit <= across.high;
  return [
    ...parts,
    ...(inside ? [`<line class="base" x1="${round(x(limit))}" x2="${round(x(limit))}" y1="14" y2="268"/>`] : []),
    ...points.map(({ candidateId, x: a, y: b }) => {
      const named = candidateId === baselineId || candidateId === shownId;
      const title = `${candidateId}: ${up} ${formatMetric(up, b)}, ${metric} ${formatMetric(metric, a)}`;
      const text =
        candidateId === baselineId
          ? `<text class="tick" x="${round(x(a) + 12)}" y="${round(y(b) + 4)}">baseline</text>`
          : `<text class="tick" x="${round(x(a))}" y="${round(y(b) + 22)}" text-anchor="middle">${escapeHtml(candidateId)}</text>`;
      return `<circle class="dot${named ? ' named' : ''}" cx="${round(x(a))}" cy="${round(y(b))}" r="${named ? 6 : 4}"><title>${escapeHtml(title)}</title></circle>${named ? text : ''}`;
    }),
    '</svg>',
  ].join('\n');
}

function spanOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) * 0.08 || Math.max(Math.abs(most) * 0.1, 1e-6);
  return { low: least - room, high: most + room };
}

/** The unit stands once, at the axis; only money carries its sign. */
const tickText = (metric: string, tick: number): string => (metric === 'costPerCall' ? `$${tick}` : formatCount(tick));
