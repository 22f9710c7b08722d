import type { Random } from './random.ts';

/**
 * The frontier of GEPA (arXiv 2507.19457, §3.3 and algorithm 2, as the reference package implements it): for each key, the candidates whose
 * value equals the best one seen. Keys and values come from frontier-keys.ts; every value is oriented so that higher is better.
 */

/** One key: its best value and the candidates that reach it exactly, by number, oldest first. */
export interface Front {
  readonly best: number;
  readonly leaders: readonly number[];
}
export type Fronts = ReadonlyMap<string, Front>;

/** Grows by one candidate at a time: adding one touches its own keys only. Numbers must be added in ascending order. */
export class Frontier {
  readonly #fronts = new Map<string, { best: number; leaders: number[] }>();

  get fronts(): Fronts {
    return this.#fronts;
  }

  add(candidate: number, values: Iterable<readonly [key: string, value: number]>): void {
    for (const [key, value] of values) {
      const front = this.#fronts.get(key);
      if (front === undefined || value > front.best) this.#fronts.set(key, { best: value, leaders: [candidate] });
      else if (value === front.best) front.leaders.push(candidate);
    }
  }
}

/** The fronts without the candidates that `keep` refuses; a key that loses all its leaders is gone. */
export function restricted(fronts: Fronts, keep: (candidate: number) => boolean): Fronts {
  const kept = new Map<string, Front>();
  for (const [key, { best, leaders }] of fronts) {
    const rest = leaders.filter(keep);
    if (rest.length > 0) kept.set(key, { best, leaders: rest });
  }
  return kept;
}

/**
 * The package's pruning: candidates are looked at from the lowest to the highest mean (ties: in order of first appearance), and one is
 * dropped when each of its fronts has another survivor. This is the removal of redundant covers, not Pareto dominance: several
 * candidates together may displace one. Every key keeps a leader, and pruning again changes nothing. Time: the number of (key, leader)
 * pairs, because a candidate that was needed once stays needed when others go.
 */
export function withoutRedundant(fronts: Fronts, mean: (candidate: number) => number): Fronts {
  const keysOf = new Map<number, string[]>();
  const survivors = new Map<string, number>();
  for (const [key, { leaders }] of fronts) {
    survivors.set(key, leaders.length);
    for (const candidate of leaders) {
      const keys = keysOf.get(candidate);
      if (keys) keys.push(key);
      else keysOf.set(candidate, [key]);
    }
  }
  const redundant = new Set<number>();
  for (const candidate of [...keysOf.keys()].sort((a, b) => order(mean(a), mean(b)))) {
    const keys = keysOf.get(candidate) ?? [];
    if (!keys.every((key) => (survivors.get(key) ?? 0) > 1)) continue;
    redundant.add(candidate);
    for (const key of keys) survivors.set(key, (survivors.get(key) ?? 0) - 1);
  }
  return restricted(fronts, (candidate) => !redundant.has(candidate));
}

const order = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);

/** How many fronts each candidate leads, by ascending number. */
export function leads(fronts: Fronts): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { leaders } of fronts.values()) {
    for (const candidate of leaders) counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/** A candidate drawn with probability proportional to the fronts it leads. Undefined when there is none. */
export function drawLeader(counts: ReadonlyMap<number, number>, random: Random): number | undefined {
  if (counts.size === 0) return undefined;
  return [...counts.keys()][random.weighted([...counts.values()])];
}
