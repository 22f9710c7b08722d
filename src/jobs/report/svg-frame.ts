import { escapeHtml } from './escape.ts';

export type Scale = (value: number) => number;

export interface Axis {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly text: (tick: number) => string;
}

export interface FrameOptions {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture shows, for readers who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
}

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  /** The opening tag, title, description and axes; the caller adds what is drawn and the closing tag. */
  readonly parts: readonly string[];
  /** Right edge of the drawing. */
  readonly right: number;
}

const MARGIN = { top: 14, right: 20, bottom: 52, left: 78 };

/** A coordinate as short as it can be. */
export const round = (value: number): string => String(Math.round(value * 100) / 100);

/** The frame of a chart: accessible name, axes with ticks, and the scales to draw with. */
export function frame({ id, title, description, width, height, x: across, y: up }: FrameOptions): Frame {
  const bottom = height - MARGIN.bottom;
  const right = width - MARGIN.right;
  const x = (value: number) =>
    MARGIN.left + ((value - across.low) / (across.high - across.low)) * (right - MARGIN.left);
  const y = (value: number) => MARGIN.top + ((up.high - value) / (up.high - up.low)) * (bottom - MARGIN.top);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escapeHtml(title)}</title>`,
    `<desc id="${id}-desc">${escapeHtml(description)}</desc>`,
    ...up.ticks.flatMap((tick) => [
      `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>`,
      `<text class="tick" x="${MARGIN.left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${escapeHtml(up.text(tick))}</text>`,
    ]),
    `<line class="axis" x1="${MARGIN.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    ...across.ticks.flatMap((tick) => [
      `<line class="axis" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${bottom}" y2="${bottom + 4}"/>`,
      `<text class="tick" x="${round(x(tick))}" y="${bottom + 20}" text-anchor="middle">${escapeHtml(across.text(tick))}</text>`,
    ]),
    `<text class="label" x="${(MARGIN.left + right) / 2}" y="${height - 8}" text-anchor="middle">${escapeHtml(across.label)}</text>`,
    `<text class="label" transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(up.label)}</text>`,
  ];
  return { x, y, parts, right };
}
