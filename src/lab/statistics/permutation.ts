import type { Random } from '../../search/random.ts';
import { groupSums } from './groups.ts';

export interface PermutationOptions {
  /** Needed when the exact distribution is too large. */
  readonly random: Random;
  /** Draws of the Monte Carlo version; default 10000. */
  readonly draws?: number;
  /** One key per difference: rows of a group change sides together. */
  readonly groups?: readonly string[] | undefined;
}

/** Up to this many non-zero differences every sign pattern is visited. */
const ENUMERATE_UP_TO = 16;
/** Largest lattice (sum of |differences| in lattice steps) of the dynamic program. */
const LATTICE_LIMIT = 20_000;

/**
 * Two-sided paired permutation (sign-flip) test of a zero mean difference (Fisher 1935; Good, Permutation Tests, §3): under the null
 * hypothesis each pair could as well have been the other way round. Exact by enumeration for few non-zero differences, exact by dynamic
 * programming when they lie on a coarse lattice (binary scores, averages of repeats), otherwise Monte Carlo with the (1 + hits) /
 * (1 + draws) estimate, which never reports 0.
 */
export function pairedPermutationTest(differences: readonly number[], options: PermutationOptions): number {
  const units = Array.from(groupSums(differences, options.groups).sums).filter((value) => Math.abs(value) > 1e-12);
  if (units.length === 0) return 1;
  if (units.length <= ENUMERATE_UP_TO) return byEnumeration(units);
  const lattice = onLattice(units);
  return lattice ? byLattice(lattice) : byDraws(units, options.random, options.draws ?? 10_000);
}

const absoluteSum = (values: readonly number[]) => Math.abs(values.reduce((sum, value) => sum + value, 0));
/** Sums that differ by rounding count as equal. */
const slack = (values: readonly number[]) => 1e-9 * Math.max(...values.map(Math.abs));

function byEnumeration(units: readonly number[]): number {
  const threshold = absoluteSum(units) - slack(units);
  // The first sign is fixed: a pattern and its mirror image are equally extreme.
  const visit = (index: number, sum: number): number =>
    index === units.length
      ? Number(Math.abs(sum) >= threshold)
      : visit(index + 1, sum + (units[index] ?? 0)) + visit(index + 1, sum - (units[index] ?? 0));
  return visit(1, units[0] ?? 0) / 2 ** (units.length - 1);
}

/** The values as whole numbers of a common step 1/d, d ≤ 60, when they are such; otherwise null. */
function onLattice(units: readonly number[]): number[] | null {
  for (let denominator = 1; denominator <= 60; denominator++) {
    if (units.every((value) => Math.abs(value * denominator - Math.round(value * denominator)) < 1e-9)) {
      const steps = units.map((value) => Math.round(value * denominator));
      return steps.reduce((sum, step) => sum + Math.abs(step), 0) <= LATTICE_LIMIT ? steps : null;
    }
  }
  return null;
}

function byLattice(steps: readonly number[]): number {
  const reach = steps.reduce((sum, step) => sum + Math.abs(step), 0);
  const threshold = absoluteSum(steps);
  // distribution[s] = P(sum of the steps that were turned positive = s): a sum T is 2s − reach.
  let distribution = new Float64Array(reach + 1);
  distribution[0] = 1;
  let top = 0;
  for (const step of steps) {
    const size = Math.abs(step);
    const next = new Float64Array(reach + 1);
    for (let s = 0; s <= top; s++) {
      const half = (distribution[s] ?? 0) / 2;
      next[s] = (next[s] ?? 0) + half;
      next[s + size] = (next[s + size] ?? 0) + half;
    }
    top += size;
    distribution = next;
  }
  let p = 0;
  for (let s = 0; s <= reach; s++) if (Math.abs(2 * s - reach) >= threshold) p += distribution[s] ?? 0;
  return Math.min(1, p);
}

function byDraws(units: readonly number[], random: Random, draws: number): number {
  const threshold = absoluteSum(units) - slack(units);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (const value of units) sum += random.next() < 0.5 ? value : -value;
    if (Math.abs(sum) >= threshold) hits += 1;
  }
  return (1 + hits) / (1 + draws);
}
