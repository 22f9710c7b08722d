import type { Random } from '../../../src/search/random.ts';

/** The training rows of an iteration. */
export type BatchSampler = (iteration: number) => readonly string[];

/**
 * Epoch shuffle: the rows are shuffled once per epoch and cut into chunks; iteration i takes the i-th chunk, whether the iterations
 * before it took theirs or merged. A last chunk that is too short is filled with the least-used rows (among equally used ones
 * the one that was first used last), as the package does; a row can therefore stand in a chunk twice, and then counts twice.
 */
export function epochShuffled(
  rowIds: readonly string[],
  size: number,
  random: (epoch: number) => Random,
): BatchSampler {
  const chunks = Math.ceil(rowIds.length / size);
  const used = new Map<string, number>();
  const use = (rowId: string) => {
    used.set(rowId, (used.get(rowId) ?? 0) + 1);
    return rowId;
  };
  let epoch = -1;
  let order: string[] = [];
  return (iteration) => {
    const wanted = Math.floor(iteration / chunks);
    if (wanted > epoch) {
      epoch = wanted;
      order = random(epoch).shuffle(rowIds).map(use);
      while (order.length < chunks * size) order.push(use(leastUsed(used)));
    }
    const start = (iteration % chunks) * size;
    return order.slice(start, start + size);
  };
}

/** `used` keeps the order of first use. */
function leastUsed(used: ReadonlyMap<string, number>): string {
  let least = '';
  let count = Number.POSITIVE_INFINITY;
  for (const [rowId, times] of used) if (times <= count) [least, count] = [rowId, times];
  return least;
}
