import type { Run } from './workers.ts';

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Standard error of the mean; 0 for fewer than two values. */
export function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length);
}

export const totalTokens = ({ tokens }: Pick<Run, 'tokens'>): number => tokens.task + tokens.reflection + tokens.judge;

type Scale = Pick<Run, 'baseline' | 'optimum'>;

/** Share of the gap between baseline and optimum that a true score closes. */
export const gapOf = (run: Scale, score: number): number => (score - run.baseline) / (run.optimum - run.baseline);

/** First point of the curve with this share of the gap; null = never. */
export const reached = (run: Run, share: number) =>
  run.curve.find((point) => gapOf(run, point.score) >= share - 1e-9) ?? null;

/** Median in which a run that never got there counts as later than all others; null = fewer than half got there. */
export function medianReached(values: readonly (number | null)[]): number | null {
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Infinity;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Infinity;
  return Number.isFinite(high) ? (low + high) / 2 : null;
}

/** True score of what the search would have answered with after these tokens: the curve, with straight lines between its points. */
export function scoreAtTokens(run: Run, tokens: number): number {
  let before = { tokens: 0, score: run.baseline };
  for (const point of run.curve) {
    if (point.tokens >= tokens) {
      const way = point.tokens === before.tokens ? 1 : (tokens - before.tokens) / (point.tokens - before.tokens);
      return before.score + way * (point.score - before.score);
    }
    before = point;
  }
  return before.score;
}

export interface Paired {
  readonly pairs: number;
  /** Differences of the share of the gap, other − first. */
  readonly byRollouts: readonly number[];
  /** The same where the cheaper of the two runs had ended. */
  readonly byTokens: readonly number[];
  readonly wins: number;
  readonly losses: number;
}

/** Differences of runs on the same problem: task, seed, world and budget. */
export function paired(first: readonly Run[], other: readonly Run[]): Paired {
  const keyOf = (run: Run) => `${run.world} ${run.task} ${run.seed} ${run.budget}`;
  const firsts = new Map(first.map((run) => [keyOf(run), run]));
  const pairs = other.flatMap((run) => {
    const partner = firsts.get(keyOf(run));
    return partner ? [{ run, partner }] : [];
  });
  const byRollouts = pairs.map(({ run, partner }) => gapOf(run, run.score) - gapOf(partner, partner.score));
  return {
    pairs: pairs.length,
    byRollouts,
    byTokens: pairs.map(({ run, partner }) => {
      const tokens = Math.min(totalTokens(run), totalTokens(partner));
      return gapOf(run, scoreAtTokens(run, tokens)) - gapOf(partner, scoreAtTokens(partner, tokens));
    }),
    wins: byRollouts.filter((difference) => difference > 1e-9).length,
    losses: byRollouts.filter((difference) => difference < -1e-9).length,
  };
}
