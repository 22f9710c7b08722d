import type { Random } from '../../search/random.ts';
import { groupSums } from './groups.ts';
import { normalCdf } from './normal.ts';

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
/** Beyond this the saddlepoint is nearer to the exact value than any number of draws that one would wait for. */
const DRAW_UP_TO = 2_000;
/** Largest lattice (sum of |differences| in lattice steps) of the dynamic program. */
const LATTICE_LIMIT = 20_000;

/**
 * Two-sided paired permutation (sign-flip) test of a zero mean difference (Fisher 1935; Good, Permutation Tests, §3): under the null
 * hypothesis each pair could as well have been the other way round. Exact by enumeration for few non-zero differences, exact by dynamic
 * programming when they lie on a coarse lattice (binary scores, averages of repeats), otherwise Monte Carlo with the (1 + hits) /
 * (1 + draws) estimate, which never reports 0. More than 2,000: the saddlepoint approximation of the same distribution, in time that
 * grows with the rows and not with rows times draws.
 */
export function pairedPermutationTest(differences: readonly number[], options: PermutationOptions): number {
  const units = Array.from(groupSums(differences, options.groups).sums).filter((value) => Math.abs(value) > 1e-12);
  if (units.length === 0) return 1;
  if (units.length <= ENUMERATE_UP_TO) return byEnumeration(units);
  const lattice = onLattice(units);
  if (units.length > DRAW_UP_TO) return bySaddlepoint(lattice ?? units, lattice ? lattice.reduce(divisor, 0) : 0);
  return lattice && reachOf(lattice) <= LATTICE_LIMIT
    ? byLattice(lattice)
    : byDraws(units, options.random, options.draws ?? 10_000);
}

const reachOf = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0);
/** Greatest common divisor. */
const divisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : divisor(b, a % b));
const absoluteSum = (values: readonly number[]) => Math.abs(values.reduce((sum, value) => sum + value, 0));
/** Sums that differ by rounding count as equal. */
const slack = (values: readonly number[]) => 1e-9 * largest(values);
/** Without spreading them: a call takes some hundred thousand arguments at most. */
const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

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
      return units.map((value) => Math.round(value * denominator));
    }
  }
  return null;
}

function byLattice(steps: readonly number[]): number {
  const reach = reachOf(steps);
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
    // One random number has signs for 32 differences.
    let signs = 0;
    for (let i = 0; i < units.length; i++) {
      if (i % 32 === 0) signs = random.int(2 ** 32);
      const value = units[i] ?? 0;
      sum += (signs & 1) === 1 ? value : -value;
      signs >>>= 1;
    }
    if (Math.abs(sum) >= threshold) hits += 1;
  }
  return (1 + hits) / (1 + draws);
}

/**
 * P(|S| ≥ |observed|) of the randomly signed sum S by Lugannani and Rice (1980; for this test Robinson 1982, J. R. Statist. Soc. B
 * 44:91), with K(t) = Σ ln cosh(t d) and K′(t̂) = |observed|. `step`: sums lie 2 · step apart, and the observed one counts whole.
 */
function bySaddlepoint(units: readonly number[], step: number): number {
  const scale = largest(units);
  const sizes = units.map((value) => Math.abs(value) / scale);
  const observed = Math.max(0, absoluteSum(units) - step) / scale;
  const reach = reachOf(sizes);
  // All signs alike: nothing is more extreme.
  if (observed >= reach * (1 - 1e-12)) return 0.5 ** (units.length - 1);
  const slope = (t: number) => sizes.reduce((sum, size) => sum + size * Math.tanh(t * size), 0) - observed;
  let [low, high] = [0, 1];
  while (slope(high) < 0 && high < 1e6) [low, high] = [high, high * 2];
  for (let halving = 0; halving < 60 && high - low > 1e-12 * high; halving++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const t = (low + high) / 2;
  // ln cosh(x) without overflow.
  const cumulant = sizes.reduce((sum, size) => sum + t * size + Math.log1p(Math.exp(-2 * t * size)) - Math.LN2, 0);
  const curvature = sizes.reduce((sum, size) => sum + size ** 2 / Math.cosh(t * size) ** 2, 0);
  const w = Math.sqrt(Math.max(0, 2 * (t * observed - cumulant)));
  // Near the middle both terms grow beyond bounds and cancel; what is left there is a half.
  if (w < 1e-3) return 1;
  const tail = normalCdf(-w) + normalDensity(w) * (1 / (t * Math.sqrt(curvature)) - 1 / w);
  return Math.min(1, Math.max(Number.MIN_VALUE, 2 * tail));
}

const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
