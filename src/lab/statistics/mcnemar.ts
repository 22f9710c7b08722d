import { type BinomialTestOptions, binomialTest } from './binomial.ts';

/**
 * Exact McNemar test of paired binary results: among the rows on which the two differ, wins and losses are equally likely under the
 * null hypothesis. `midP` as in Fagerland, Lydersen & Laake (2013). Rows that agree do not enter; without any that differ p is 1.
 */
export function mcnemarExact(wins: number, losses: number, options: BinomialTestOptions = {}): number {
  return wins + losses === 0 ? 1 : binomialTest(wins, wins + losses, 0.5, options);
}
