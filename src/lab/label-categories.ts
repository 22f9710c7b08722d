import type { MetricRef } from '../domain/objective.ts';
import type { Interval } from '../domain/verdict.ts';
import type { Random } from '../search/random.ts';
import type { Labelled } from './aggregate-labels.ts';
import { categoryBootstrap } from './statistics/category-bootstrap.ts';
import { midPInterval } from './statistics/mid-p.ts';
import { tangoInterval } from './statistics/paired-proportions.ts';

/**
 * Rows as the categories of a confusion matrix: all that precision and F1 depend on is how many rows there are of each, so that a resample
 * costs as much as there are categories, not rows.
 */
interface LabelCategories {
  readonly counts: readonly number[];
  /** The aggregate of one side under other numbers of rows. */
  value(side: number, weights: ArrayLike<number>, mirrored?: ArrayLike<number>): number | null;
}

/** A row of each label below which its recall, and so the F1 of all, has no interval worth the name. */
const FEW_OF_A_LABEL = 5;
const RESAMPLES = 2000;

interface IntervalOptions {
  readonly random: Random;
  readonly level: number;
}

/** Interval of an F1 of rows. Null when a label that counts has fewer than five of them. */
export function labelInterval(ref: MetricRef, rows: readonly Labelled[], options: IntervalOptions): Interval | null {
  if (tooFewOfALabel(ref, rows)) return null;
  const { counts, value } = categoriesOf(ref, [rows]);
  // All of them right: no resample is any different, and yet the next row may be wrong.
  if (value(0, counts) === 1) return midPInterval(rows.length, rows.length, options.level);
  return categoryBootstrap(counts, (weights) => value(0, weights), { ...options, resamples: RESAMPLES });
}

/** Interval of the difference, second side minus first, of a label aggregate of the same rows. */
export function labelDifferenceInterval(
  ref: MetricRef,
  first: readonly Labelled[],
  second: readonly Labelled[],
  options: IntervalOptions,
): Interval | null {
  if (tooFewOfALabel(ref, first)) return null;
  const { counts, value } = categoriesOf(ref, [first, second]);
  const difference = (weights: ArrayLike<number>) => minus(value(1, weights), value(0, weights));
  const found = categoryBootstrap(counts, difference, { ...options, resamples: RESAMPLES });
  // Rows that never differ say that they seldom do.
  return found && found.high - found.low < 1e-12 ? tangoInterval(0, 0, first.length, options.level) : found;
}

/** Two-sided p-value of "the sides are the same": in each category some rows, as many as coins say, are exchanged. */
export function labelDifferenceTest(
  ref: MetricRef,
  first: readonly Labelled[],
  second: readonly Labelled[],
  { random, draws }: { readonly random: Random; readonly draws: number },
): number | null {
  const { counts, value } = categoriesOf(ref, [first, second]);
  const observed = minus(value(1, counts), value(0, counts));
  if (observed === null) return null;
  const kept = new Float64Array(counts.length);
  const exchanged = new Float64Array(counts.length);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    counts.forEach((count, category) => {
      const heads = headsOf(count, random);
      kept[category] = count - heads;
      exchanged[category] = heads;
    });
    const drawn = minus(value(1, kept, exchanged), value(0, kept, exchanged));
    if (drawn === null || Math.abs(drawn) >= Math.abs(observed) - 1e-12) hits += 1;
  }
  return (1 + hits) / (1 + draws);
}

const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);

/** Heads of fair coins, 32 of them from one random number. */
function headsOf(coins: number, random: Random): number {
  let heads = 0;
  for (let left = coins; left > 0; left -= 32) heads += bitsOf(random.int(2 ** Math.min(32, left)));
  return heads;
}

/** How many bits of a 32-bit number are set (Hacker's Delight, 5-1). */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

function tooFewOfALabel({ aggregate, label }: MetricRef, rows: readonly Labelled[]): boolean {
  if (aggregate === 'microF1' || aggregate === 'precision') return false;
  const counts = new Map<string, number>();
  for (const { actual } of rows) counts.set(actual, (counts.get(actual) ?? 0) + 1);
  return aggregate === 'f1'
    ? (counts.get(label ?? '') ?? 0) < FEW_OF_A_LABEL
    : [...counts.values()].some((count) => count < FEW_OF_A_LABEL);
}

interface Category {
  readonly actual: number;
  /** Of each side: places of the labels that it named, with their weights. */
  readonly sides: readonly (readonly (readonly [label: number, weight: number])[])[];
}

function categoriesOf(ref: MetricRef, sides: readonly (readonly Labelled[])[]): LabelCategories {
  const places = new Map<string, number>();
  const place = (label: string) => {
    const known = places.get(label);
    if (known !== undefined) return known;
    places.set(label, places.size);
    return places.size - 1;
  };
  if (ref.label !== undefined) place(ref.label);
  for (const { actual } of sides[0] ?? []) place(actual);

  const found = new Map<string, { readonly category: Category; count: number }>();
  (sides[0] ?? []).forEach(({ actual }, row) => {
    const named = sides.map((side) => namedIn(side[row], places));
    const key = JSON.stringify([place(actual), named]);
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { category: { actual: place(actual), sides: named }, count: 1 });
  });
  const categories = [...found.values()].map(({ category }) => category);
  const aggregate = aggregateOf(ref, places.size);
  return {
    counts: [...found.values()].map(({ count }) => count),
    value: (side, weights, mirrored) => {
      const sums = new LabelSums(places.size);
      categories.forEach((category, index) => {
        sums.add(category, side, weights[index] ?? 0);
        if (mirrored) sums.add(category, 1 - side, mirrored[index] ?? 0);
      });
      return aggregate(sums);
    },
  };
}

/** Labels that no row truly has are all the same: wrong. Equal ones together, in an order of their own. */
function namedIn(row: Labelled | undefined, places: ReadonlyMap<string, number>): [number, number][] {
  const weights = new Map<number, number>();
  for (const { label, weight } of row?.predicted ?? []) {
    const at = label === null ? undefined : places.get(label);
    if (at !== undefined) weights.set(at, (weights.get(at) ?? 0) + weight);
  }
  return [...weights].sort(([a], [b]) => a - b);
}

class LabelSums {
  readonly right: Float64Array;
  readonly named: Float64Array;
  readonly actual: Float64Array;
  constructor(labels: number) {
    this.right = new Float64Array(labels);
    this.named = new Float64Array(labels);
    this.actual = new Float64Array(labels);
  }

  add({ actual, sides }: Category, side: number, rows: number): void {
    if (rows === 0) return;
    this.actual[actual] = (this.actual[actual] ?? 0) + rows;
    for (const [label, weight] of sides[side] ?? []) {
      this.named[label] = (this.named[label] ?? 0) + rows * weight;
      if (label === actual) this.right[label] = (this.right[label] ?? 0) + rows * weight;
    }
  }

  f1(label: number): number | null {
    const all = (this.named[label] ?? 0) + (this.actual[label] ?? 0);
    return all === 0 ? null : (2 * (this.right[label] ?? 0)) / all;
  }
}

/** The same as `labelStatistic`, of sums. */
function aggregateOf({ aggregate }: MetricRef, labels: number): (sums: LabelSums) => number | null {
  const present = (sums: LabelSums) => Array.from(sums.actual.keys()).filter((label) => (sums.actual[label] ?? 0) > 0);
  switch (aggregate) {
    case 'macroF1':
      return (sums) => {
        const those = present(sums);
        return those.length === 0 ? null : those.reduce((sum, label) => sum + (sums.f1(label) ?? 0), 0) / those.length;
      };
    case 'microF1':
      return (sums) => {
        const total = new LabelSums(1);
        for (const label of present(sums)) {
          total.right[0] = (total.right[0] ?? 0) + (sums.right[label] ?? 0);
          total.named[0] = (total.named[0] ?? 0) + (sums.named[label] ?? 0);
          total.actual[0] = (total.actual[0] ?? 0) + (sums.actual[label] ?? 0);
        }
        return total.f1(0);
      };
    case 'precision':
      return (sums) => ((sums.named[0] ?? 0) === 0 ? null : (sums.right[0] ?? 0) / (sums.named[0] ?? 1));
    default:
      return (sums) => (labels === 0 ? null : sums.f1(0));
  }
}
