import { formatCount, formatUsd } from '../../domain/figures.ts';
import type { Spent } from './facts.ts';

/** What answers of earlier jobs have saved, in one line. */
export function savedText({ calls, tokens, usd }: Spent['saved']): string {
  return `reused: ${formatCount(calls)} answers of earlier jobs; ${formatCount(tokens)} tokens${usd === null ? '' : `, ${formatUsd(usd)}`} not paid again`;
}
