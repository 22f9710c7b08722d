import type { Interval } from '../../domain/verdict.ts';
import { formatInterval, formatMetric } from '../../lab/metric-text.ts';
import type { ComponentChange } from './report.ts';

/** A piece of the report without a format: what Markdown and HTML have in common. All texts are raw; renderers escape. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly muted?: boolean }
  | { readonly kind: 'outcome' }
  | { readonly kind: 'curve' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'prompt'; readonly change: ComponentChange };

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

export const section = (title: string, ...blocks: Block[]): Block[] => [{ kind: 'heading', text: title }, ...blocks];
export const muted = (text: string): Block => ({ kind: 'text', text, muted: true });
export const text = (...titles: string[]): Column[] => titles.map((title) => ({ title }));
export const numbers = (...titles: string[]): Column[] => titles.map((title) => ({ title, numeric: true }));

/** An interval as a table cell, without its level. */
export const range = (metric: string, interval: Interval | null, format = formatMetric) =>
  interval === null ? '–' : formatInterval(metric, interval, format).replace(/^.* interval /, '');

export const clipped = (long: string, most: number) =>
  long.length <= most ? long : `${long.slice(0, most - 1).trimEnd()}…`;
