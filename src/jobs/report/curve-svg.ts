import { formatCount } from '../../domain/figures.ts';
import { type CurveLike, curveRange, ticks } from './curve-shape.ts';
import { escapeHtml } from './escape.ts';
import { frame, round, type Scale } from './svg-frame.ts';

export interface SvgCurveOptions {
  /** Name of the score, for the axis. */
  readonly metric: string;
  /** What the picture shows, for readers who do not see it. */
  readonly description: string;
  /** Score of the baseline, drawn as a line across. */
  readonly baseline?: number | null;
  readonly width?: number;
  readonly height?: number;
}

/**
 * The score curve as SVG: step line of the best score, a dot per measured candidate, the interval as a band, the baseline dashed. Colours
 * come from the page's classes (`best`, `band`, `dot`, `base`, `grid`, `axis`), so that it follows light, dark and print; no script, no
 * outside reference. Empty when there is no score.
 */
export function renderCurveSvg(points: readonly CurveLike[], options: SvgCurveOptions): string {
  const { metric, description, baseline = null, width = 640, height = 320 } = options;
  const ordered = [...points].sort((a, b) => a.rollouts - b.rollouts);
  const range = curveRange(baseline === null ? ordered : [...ordered, { rollouts: 0, score: baseline }]);
  if (range === null) return '';
  const { x, y, parts, right } = frame({
    id: 'curve',
    title: `${metric} over search rollouts`,
    description,
    width,
    height,
    x: { label: 'search rollouts', low: 0, high: range.right, ticks: ticks(0, range.right, 6), text: formatCount },
    y: { label: metric, low: range.low, high: range.high, ticks: ticks(range.low, range.high, 5), text: String },
  });
  return [
    ...parts,
    ...band(ordered, x, y),
    ...(baseline === null ? [] : baseLine(baseline, x(0), right, y)),
    bestLine(ordered, x, y, x(range.right)),
    ...ordered.map((point) => dot(point, x, y)),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const baseLine = (value: number, left: number, right: number, y: Scale) => [
  `<line class="base" x1="${round(left)}" x2="${round(right)}" y1="${round(y(value))}" y2="${round(y(value))}"/>`,
  `<text class="tick" x="${round(right)}" y="${round(y(value) + 16)}" text-anchor="end">baseline ${value.toFixed(3)}</text>`,
];

/** Step line through the best scores, drawn on to the right edge. */
function bestLine(points: readonly CurveLike[], x: Scale, y: Scale, right: number): string {
  const [first, ...rest] = points.filter((point) => point.score !== null);
  if (!first) return '';
  const steps = rest.map((point) => `H${round(x(point.rollouts))}V${round(y(point.score ?? 0))}`);
  return `<path class="best" d="M${round(x(first.rollouts))} ${round(y(first.score ?? 0))}${steps.join('')}H${round(right)}"/>`;
}

/** One rectangle per step: the interval holds until the next point. */
function band(points: readonly CurveLike[], x: Scale, y: Scale): string[] {
  return points.flatMap(({ rollouts, interval }, index) => {
    const until = points[index + 1]?.rollouts ?? points[points.length - 1]?.rollouts ?? rollouts;
    if (!interval || until <= rollouts) return [];
    const top = y(interval.high);
    return `<rect class="band" x="${round(x(rollouts))}" y="${round(top)}" width="${round(x(until) - x(rollouts))}" height="${round(Math.max(0, y(interval.low) - top))}"/>`;
  });
}

function dot({ rollouts, candidateScore, candidateId, rows }: CurveLike, x: Scale, y: Scale): string {
  if (candidateScore === null || candidateScore === undefined) return '';
  const standsOn = rows === undefined ? '' : ` on ${rows} rows`;
  const title = `${candidateId ?? 'candidate'}: ${candidateScore.toFixed(3)}${standsOn}, after ${rollouts} rollouts`;
  return `<circle class="dot" cx="${round(x(rollouts))}" cy="${round(y(candidateScore))}" r="3.5"><title>${escapeHtml(title)}</title></circle>`;
}
