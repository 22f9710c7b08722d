import type { Measured } from '../../../src/search/contract.ts';
import type { ReferenceOptions } from './options.ts';

/** Score sums of two candidates over the positions at which both have a score. */
export interface PairedSums {
  readonly before: number;
  readonly after: number;
  /** Positions that count. A row that stands in the minibatch twice counts twice. */
  readonly compared: number;
}

/** A missing score (infrastructure error) is never a zero: its position is left out of both sums. */
export function pairedSums(before: readonly Measured[], after: readonly Measured[]): PairedSums {
  const sums = { before: 0, after: 0, compared: 0 };
  before.forEach((one, position) => {
    const other = after[position];
    if (one.score === null || other === undefined || other.score === null) return;
    sums.before += one.score;
    sums.after += other.score;
    sums.compared += 1;
  });
  return sums;
}

/** The gate of a reflective proposal. Nothing compared is nothing gained. */
export function accepts(acceptance: ReferenceOptions['acceptance'], { before, after, compared }: PairedSums): boolean {
  if (compared === 0) return false;
  return acceptance === 'strict-improvement' ? after > before : after >= before;
}

/** `minibatch sum 1 ≤ 2`: the sums as they compare. */
export function sumsText(what: string, { before, after, compared }: PairedSums): string {
  if (compared === 0) return `no row of the ${what} has a score for both`;
  const sign = after > before ? '>' : after < before ? '<' : '=';
  return `${what} sum ${rounded(after)} ${sign} ${rounded(before)}`;
}

const rounded = (value: number) => Number(value.toFixed(6));
