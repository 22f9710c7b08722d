import type { Interval } from '../../domain/verdict.ts';

export interface ConfidenceSequence {
  /** Takes one more value. Throws RangeError for one outside the bounds. */
  add(value: number): void;
  /** Holds the true mean with the level's confidence at every moment at once, however often it is looked at and whatever stops the count. */
  interval(): Interval;
}

export interface ConfidenceSequenceOptions {
  /** What every value lies between; default 0 and 1. Paired differences of scores lie between −1 and 1. */
  readonly bounds?: readonly [low: number, high: number];
  /** Default 0.95. */
  readonly level?: number;
  /** Means that are tried, evenly spaced: the resolution; default 1000. */
  readonly grid?: number;
}

/** Largest share of the capital that is staked. */
const MOST_STAKED = 0.5;

/**
 * Anytime-valid interval of the mean of bounded values: the hedged capital process of Waudby-Smith & Ramdas (2024, J. R. Statist. Soc. B
 * 86:1, Theorem 3) with predictable plug-in bets. For every possible mean somebody bets against it, for and against, with half of the
 * capital each; a mean against which the capital grew to 1/α is excluded for good. Ville's inequality makes that wrong with
 * probability α at most, over all moments.
 */
export function confidenceSequence(options: ConfidenceSequenceOptions = {}): ConfidenceSequence {
  const { bounds = [0, 1], level = 0.95, grid = 1000 } = options;
  const [from, to] = bounds;
  const logThreshold = Math.log(1 / (1 - level));
  const above = new Float64Array(grid + 1);
  const below = new Float64Array(grid + 1);
  let [low, high] = [0, grid];
  let count = 0;
  // Started with one half of an observation, as in the paper: the first bets are not wild.
  let sum = 0.5;
  let squares = 0.25;
  const add = (value: number) => {
    if (!(value >= from && value <= to)) {
      throw new RangeError(
        `confidenceSequence: ${value} is not between ${from} and ${to}; give bounds that hold every value`,
      );
    }
    const x = (value - from) / (to - from);
    count += 1;
    const stake = Math.sqrt((2 * Math.log(2 / (1 - level))) / ((squares / count) * count * Math.log(count + 1)));
    for (let i = low; i <= high; i++) {
      const m = i / grid;
      above[i] = (above[i] ?? 0) + Math.log1p(Math.min(stake, MOST_STAKED / m) * (x - m));
      below[i] = (below[i] ?? 0) + Math.log1p(-Math.min(stake, MOST_STAKED / (1 - m)) * (x - m));
    }
    sum += x;
    squares += (x - sum / (count + 1)) ** 2;
    const refuted = (i: number) => Math.max(above[i] ?? 0, below[i] ?? 0) + Math.log(0.5) >= logThreshold;
    while (low < high && refuted(low)) low += 1;
    while (high > low && refuted(high)) high -= 1;
  };
  const scaled = (i: number) => from + (to - from) * Math.min(1, Math.max(0, i / grid));
  // A mean between two grid points is held when either is.
  return { add, interval: () => ({ low: scaled(low - 1), high: scaled(high + 1), level }) };
}

/**
 * Anytime-valid p-value of "wins and losses are equally likely": one over the Beta(1, 1) mixture likelihood ratio of fair coin flips
 * (Robbins 1970), whose running minimum may be looked at after every row. In (0, 1].
 */
export function sequentialSignPValue(wins: number, losses: number): number {
  // The mixture gives every order of w wins and l losses the probability w! l! / (w + l + 1)!; a fair coin gives it 2^−(w + l).
  let logRatio = (wins + losses) * Math.LN2;
  for (let i = 1; i <= wins; i++) logRatio += Math.log(i);
  for (let i = 1; i <= losses; i++) logRatio += Math.log(i);
  for (let i = 1; i <= wins + losses + 1; i++) logRatio -= Math.log(i);
  return Math.min(1, Math.exp(-logRatio));
}
