import { type CurveLike, curveRange, ticks } from './curve-shape.ts';
import { escapeHtml } from './escape.ts';

export interface SvgCurveOptions {
  /** Name of the score, for the axis. */
  readonly metric: string;
  /** What the picture shows, for readers who do not see it. */
  readonly description: string;
  readonly width?: number;
  readonly height?: number;
}

const MARGIN = { top: 14, right: 16, bottom: 44, left: 62 };
const round = (value: number) => String(Math.round(value * 100) / 100);

/**
 * The score curve as SVG: step line of the best score, a dot per measured candidate, the interval as a band. Colours come from the
 * page's classes (`best`, `band`, `dot`, `grid`, `axis`), so that it follows light, dark and print; no script, no outside reference.
 * A message in place of the picture when there is no score yet.
 */
export function renderCurveSvg(points: readonly CurveLike[], options: SvgCurveOptions): string {
  const { metric, description, width = 720, height = 320 } = options;
  const ordered = [...points].sort((a, b) => a.rollouts - b.rollouts);
  const range = curveRange(ordered);
  if (range === null)
    return '<p class="muted">No candidate was measured on all validation rows, so there is no curve.</p>';
  const bottom = height - MARGIN.bottom;
  const x = (rollouts: number) => MARGIN.left + (rollouts / range.right) * (width - MARGIN.left - MARGIN.right);
  const y = (value: number) => MARGIN.top + ((range.high - value) / (range.high - range.low)) * (bottom - MARGIN.top);

  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="curve-title curve-desc">`,
    `<title id="curve-title">${escapeHtml(`${metric} over search rollouts`)}</title>`,
    `<desc id="curve-desc">${escapeHtml(description)}</desc>`,
    ...yAxis(range.low, range.high, y, width),
    ...xAxis(range.right, x, bottom),
    `<text class="label" x="${(MARGIN.left + width - MARGIN.right) / 2}" y="${height - 6}" text-anchor="middle">search rollouts</text>`,
    `<text class="label" transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(metric)}</text>`,
    ...band(ordered, x, y),
    bestLine(ordered, x, y, x(range.right)),
    ...ordered.map((point) => dot(point, x, y)),
    '</svg>',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type Scale = (value: number) => number;

const yAxis = (low: number, high: number, y: Scale, width: number) =>
  ticks(low, high, 5).flatMap((tick) => [
    `<line class="grid" x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
    `<text class="tick" x="${MARGIN.left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
  ]);

const xAxis = (right: number, x: Scale, bottom: number) => [
  `<line class="axis" x1="${MARGIN.left}" x2="${round(x(right))}" y1="${bottom}" y2="${bottom}"/>`,
  ...ticks(0, right, 6).flatMap((tick) => [
    `<line class="axis" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${bottom}" y2="${bottom + 4}"/>`,
    `<text class="tick" x="${round(x(tick))}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
  ]),
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
