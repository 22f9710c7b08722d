import { setImmediate as nextTurn } from 'node:timers/promises';
import { SIGNATURE } from './min-hash.ts';
import type { RowFeatures } from './row-features.ts';
import { UnionFind } from './union-find.ts';

/** Inputs at least this similar (estimated Jaccard similarity of three-word shingles) are near-duplicates. */
const NEAR = 0.8;

const BAND = 4;
/** A band's hash and a row's rank share the 53 exact bits of a double: 32 + 21. */
const MAX_ROWS = 2 ** 21;

/** Rows by rank (index into `order`), grouped. Groups are named by their first rank. */
export interface DuplicateGroups {
  /** Equal inputs. */
  readonly exact: UnionFind;
  /** Equal or similar inputs, linked transitively. */
  readonly near: UnionFind;
}

/**
 * Groups equal and similar inputs by locality-sensitive hashing: signatures that agree in one of eight bands of four values are compared
 * (a pair of similarity 0.8 is found with a probability of 0.98; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, §3.4).
 *
 * Time is linear in the rows but for the sorting of numbers, also when thousands of rows come from one template: in each bucket a row is
 * compared with the first and the one before it only. `order` lists the rows by key, which makes the result independent of upload order.
 */
export async function findDuplicates(features: RowFeatures, order: Uint32Array): Promise<DuplicateGroups> {
  const rowAt = (rank: number) => order[rank] ?? 0;
  const exact = new UnionFind(order.length);
  const near = new UnionFind(order.length);
  const byInput = Uint32Array.from(order, (_, rank) => rank).sort(
    (a, b) => features.compareInputs(rowAt(a), rowAt(b)) || a - b,
  );
  for (let i = 1; i < byInput.length; i++) {
    const [left, right] = [byInput[i - 1] ?? 0, byInput[i] ?? 0];
    if (features.compareInputs(rowAt(left), rowAt(right)) !== 0) continue;
    exact.union(left, right);
    near.union(left, right);
  }
  if (order.length > MAX_ROWS) return { exact, near };
  // One row stands for all with its input.
  const representatives = byInput.filter((rank) => exact.root(rank) === rank && features.hasWords(rowAt(rank)));
  for (let first = 0; first < SIGNATURE; first += BAND) {
    await nextTurn();
    joinBand(features, rowAt, representatives, first, near);
  }
  return { exact, near };
}

function joinBand(
  features: RowFeatures,
  rowAt: (rank: number) => number,
  ranks: Uint32Array,
  first: number,
  near: UnionFind,
): void {
  const keys = Float64Array.from(ranks, (rank) => features.band(rowAt(rank), first, BAND) * MAX_ROWS + rank).sort();
  let bucket = -1;
  let leader = 0;
  let previous = 0;
  for (const key of keys) {
    const rank = key % MAX_ROWS;
    const hash = (key - rank) / MAX_ROWS;
    if (hash !== bucket) {
      bucket = hash;
      leader = rank;
    } else {
      for (const other of leader === previous ? [leader] : [leader, previous]) {
        if (near.root(other) !== near.root(rank) && features.similarity(rowAt(other), rowAt(rank)) >= NEAR) {
          near.union(other, rank);
        }
      }
    }
    previous = rank;
  }
}
