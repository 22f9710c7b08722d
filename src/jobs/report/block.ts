import { formatInterval, formatMetric, formatP } from '../../domain/figures.ts';
import type { Interval } from '../../domain/verdict.ts';
import type { ComponentChange } from './report.ts';

/** A piece of the report without a format: what Markdown and HTML have in common. All texts are raw; renderers escape. */
export type Block =
  /** `folded`: reference, closed at first where the format can do that. */
  | { readonly kind: 'heading'; readonly text: string; readonly folded?: boolean }
  | { readonly kind: 'text'; readonly text: string; readonly muted?: boolean }
  | { readonly kind: 'outcome' }
  | { readonly kind: 'curve' }
  | { readonly kind: 'frontier' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table
  | { readonly kind: 'changes'; readonly groups: readonly ChangeGroup[] }
  | { readonly kind: 'prompt'; readonly change: ComponentChange };

export interface Table {
  readonly kind: 'table';
  /** What it lists, for readers who do not see the heading above it. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** Changes of a prompt that one candidate introduced. */
export interface ChangeGroup {
  readonly origin: string;
  readonly fate: string | null;
  /** Rows that the reflection was shown. */
  readonly rows: string | null;
  readonly reason: string | null;
  readonly changes: readonly { readonly text: string; readonly need: string | null }[];
}

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

export const section = (title: string, ...blocks: Block[]): Block[] => [{ kind: 'heading', text: title }, ...blocks];
export const folded = (title: string, ...blocks: Block[]): Block[] => [
  { kind: 'heading', text: title, folded: true },
  ...blocks,
];
export const muted = (text: string): Block => ({ kind: 'text', text, muted: true });
export const text = (...titles: string[]): Column[] => titles.map((title) => ({ title }));
export const numbers = (...titles: string[]): Column[] => titles.map((title) => ({ title, numeric: true }));

/** An interval as a table cell, without its level. */
export function range(metric: string, interval: Interval | null, format = formatMetric): string {
  if (interval === null) return '–';
  const [low, high] = [format(metric, interval.low), format(metric, interval.high)];
  return low === high ? low : formatInterval(metric, interval, format).replace(/^.* interval /, '');
}

/** A p-value as a table cell. */
export const pText = (pValue: number | null): string => formatP(pValue).replace(/^p =? ?/, '');

/** `queue, tier = gold` for `queue@cohort[tier=gold]`. */
export const metricText = (metric: string): string => metric.replace(/@cohort\[([^=\]]*)=([^\]]*)\]$/, ', $1 = $2');

export const clipped = (long: string, most: number) =>
  long.length <= most ? long : `${long.slice(0, most - 1).trimEnd()}…`;
