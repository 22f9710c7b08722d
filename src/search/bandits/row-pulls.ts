import type { Candidate } from '../../domain/candidate.ts';
import type { Lab } from '../contract.ts';
import type { Pull } from './contract.ts';

/**
 * Pulls candidates on rows in one common order: the n-th row of every candidate is the same row, so that means compare like with like,
 * and rollouts that are on record cost nothing. Ends (fewer values than asked for) when the order ends.
 */
export function pullsInCommonOrder(lab: Lab, order: readonly string[]): Pull<Candidate> {
  const taken = new Map<string, number>();
  return async (candidate, n) => {
    const from = taken.get(candidate.id) ?? 0;
    const rows = order.slice(from, from + n);
    taken.set(candidate.id, from + rows.length);
    if (rows.length === 0) return [];
    return (await lab.measure(candidate, rows)).map((measured) => measured.score);
  };
}
