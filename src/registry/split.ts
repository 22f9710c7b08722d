import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RowInput, SPLITS, type Split, type SplitRatio } from '../domain/dataset.ts';
import { type DuplicateGroups, findDuplicates } from './near-duplicates.ts';
import { RowFeatures } from './row-features.ts';
import { toStoredRow } from './stored-row.ts';
import { mix32 } from './word-shingles.ts';

/** Labels beyond this many distinct ones are free text, not classes: nothing to stratify by. */
const MAX_LABELS = 50;
/** A group of duplicates stays together unless it is larger than this share of the smallest split. */
const MAX_GROUP_SHARE = 0.25;

/** The split of each row by position, with what the search for duplicates found on the way. */
export interface SplitPlan {
  /** By position: 0 = in no split (excluded), else 1 + index in SPLITS. */
  readonly codes: Uint8Array;
  readonly counts: Readonly<Record<Split, number>>;
  /** Positions that take part, by key. `groups` speaks of ranks in it. */
  readonly order: Uint32Array;
  readonly groups: DuplicateGroups;
}

export const splitOf = (plan: SplitPlan, position: number): Split | null =>
  SPLITS[(plan.codes[position] ?? 0) - 1] ?? null;

/**
 * Assigns rows to splits. Rows keep a split of their own; the others are drawn by the ratio, stratified by expected answer (when there
 * are few distinct ones) and cohort, equal and similar inputs in one split where the ratio allows it. Excluded rows take no part.
 *
 * Deterministic from the rows' ids (or contents, where no id was given), whatever their order.
 *
 * Method: rows, or groups of duplicates, are listed by stratum and within it by the hash of their key; each goes to the split that is
 * furthest behind its share (systematic sampling). Shares hold to about one row overall and within each stratum, however small.
 */
export async function planSplits(features: RowFeatures, ratio: SplitRatio): Promise<SplitPlan> {
  const positions = Array.from({ length: features.size }, (_, position) => position);
  const order = Uint32Array.from(positions.filter((position) => !features.isExcluded(position)));
  order.sort((a, b) => features.compareKeys(a, b));
  await nextTurn();
  const groups = await findDuplicates(features, order);
  await nextTurn();
  const codes = new Uint8Array(features.size);
  const assigned: [number, number, number] = [0, 0, 0];
  const give = (rank: number, split: number) => {
    codes[order[rank] ?? 0] = split + 1;
  };
  const free: number[] = [];
  order.forEach((position, rank) => {
    const own = features.ownSplit(position);
    if (own === undefined) free.push(rank);
    else give(rank, SPLITS.indexOf(own));
  });
  for (const unit of units(features, order, groups, free, ratio)) {
    const split = unit.follows ?? furthestBehind(assigned, unit.ranks.length, ratio);
    assigned[split] = (assigned[split] ?? 0) + unit.ranks.length;
    for (const rank of unit.ranks) give(rank, split);
  }
  const counts = { train: 0, validation: 0, test: 0 };
  for (const code of codes) {
    const split = SPLITS[code - 1];
    if (split !== undefined) counts[split] += 1;
  }
  return { codes, counts, order, groups };
}

/** The same for rows in memory: the split of each row, null for excluded ones. */
export async function assignSplits(rows: readonly RowInput[], ratio: SplitRatio): Promise<(Split | null)[]> {
  const features = new RowFeatures();
  rows.forEach((row, position) => {
    features.add(toStoredRow(row, position));
  });
  const plan = await planSplits(features, ratio);
  return rows.map((_, position) => splitOf(plan, position));
}

/** Rows that go to one split together. */
interface Unit {
  readonly ranks: number[];
  readonly stratum: number;
  /** Split of a row with a split of its own that they duplicate. */
  readonly follows: number | undefined;
}

function units(
  features: RowFeatures,
  order: Uint32Array,
  groups: DuplicateGroups,
  free: readonly number[],
  ratio: SplitRatio,
): Unit[] {
  const rowAt = (rank: number) => order[rank] ?? 0;
  const size = order.length;
  const smallest = Math.min(...SPLITS.map((split) => ratio[split]).filter((share) => share > 0));
  const largestGroup = Math.max(2, Math.floor(MAX_GROUP_SHARE * smallest * free.length));
  const levels = [groups.near, groups.exact];
  const sizes = levels.map(() => new Uint32Array(size));
  for (const rank of free) {
    levels.forEach((level, index) => {
      const count = sizes[index];
      if (count) count[level.root(rank)] = (count[level.root(rank)] ?? 0) + 1;
    });
  }
  const fixed = levels.map(() => new Map<number, number>());
  for (let rank = 0; rank < size; rank++) {
    const own = features.ownSplit(rowAt(rank));
    if (own === undefined) continue;
    levels.forEach((level, index) => {
      const known = fixed[index];
      if (known && !known.has(level.root(rank))) known.set(level.root(rank), SPLITS.indexOf(own));
    });
  }
  const byLabel = hasFewLabels(features, order);
  const found = new Map<number, Unit>();
  for (const rank of free) {
    const level = levels.findIndex((groupsOf, index) => (sizes[index]?.[groupsOf.root(rank)] ?? 0) <= largestGroup);
    const root = level < 0 ? rank : (levels[level]?.root(rank) ?? rank);
    const key = (level < 0 ? levels.length : level) * size + root;
    const unit = found.get(key);
    if (unit) unit.ranks.push(rank);
    else {
      const label = byLabel ? features.label(rowAt(rank)) : 0;
      const stratum = mix32(mix32(label) ^ features.cohort(rowAt(rank)));
      found.set(key, { ranks: [rank], stratum, follows: level < 0 ? undefined : fixed[level]?.get(root) });
    }
  }
  // A map lists its entries in order of insertion, here by rank; the sort is stable.
  return [...found.values()].sort(
    (a, b) => Number(a.follows === undefined) - Number(b.follows === undefined) || a.stratum - b.stratum,
  );
}

function furthestBehind(assigned: readonly number[], size: number, ratio: SplitRatio): number {
  const total = assigned.reduce((sum, count) => sum + count, size);
  const behind = SPLITS.map((split, index) =>
    ratio[split] > 0 ? ratio[split] * total - (assigned[index] ?? 0) : Number.NEGATIVE_INFINITY,
  );
  return behind.indexOf(Math.max(...behind));
}

function hasFewLabels(features: RowFeatures, order: Uint32Array): boolean {
  const labels = new Set<number>();
  for (const position of order) {
    labels.add(features.label(position));
    if (labels.size > MAX_LABELS) return false;
  }
  return true;
}
