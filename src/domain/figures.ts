import { parseMetric } from './objective.ts';
import type { Interval } from './verdict.ts';

/** Thousands separated by commas, whatever the locale: the same text on every machine. */
export function formatCount(value: number): string {
  const [whole = '0', fraction] = String(Math.abs(value)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${value < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A count with its noun: `1 token`, `1,204 tokens`. */
export const formatCounted = (value: number, noun: string): string =>
  `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** US dollars: cents for amounts that people pay, more digits for the price of one call. */
export function formatUsd(value: number): string {
  const size = Math.abs(value);
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.01 ? 4 : 6;
  return `${value < 0 ? '−' : ''}$${size.toFixed(digits)}`;
}

/** A metric's value in its own unit; "not measured" for null. */
export function formatMetric(metric: string, value: number | null): string {
  if (value === null) return 'not measured';
  switch (parseMetric(metric)?.base) {
    case 'promptTokens':
    case 'outputTokens':
      return formatCounted(Number(value.toFixed(Math.abs(value) >= 100 ? 0 : 1)), 'token');
    case 'costPerCall':
      return formatUsd(value);
    case 'latency':
      return `${formatCount(Math.round(value))} ms`;
    case 'errorRate':
      return `${(value * 100).toFixed(1).replace('-', '−')} %`;
    default:
      return value.toFixed(3).replace('-', '−');
  }
}

/** A difference with its sign. */
export function formatDifference(metric: string, value: number | null): string {
  const text = formatMetric(metric, value);
  return value === null || text.startsWith('−') ? text : `+${text}`;
}

/** `95 % interval +0.012 to +0.140`, or that there is none. */
export function formatInterval(
  metric: string,
  interval: Interval | null,
  format: (metric: string, value: number | null) => string = formatMetric,
): string {
  if (interval === null) return 'no interval';
  const level = Number((interval.level * 100).toFixed(1));
  return `${level} % interval ${format(metric, interval.low)} to ${format(metric, interval.high)}`;
}

export function formatP(pValue: number | null): string {
  if (pValue === null) return 'no p-value';
  return pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
}

/** `48 s`, `3 min 05 s`, `2 h 10 min` */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
