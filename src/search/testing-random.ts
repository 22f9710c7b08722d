import type { Random } from './random.ts';

/** A Random for traces written by hand: nothing is shuffled, the first is picked, and `weighted` answers from the script (then 0). */
export function scriptedRandom(
  script: { readonly weighted?: readonly number[]; readonly next?: readonly number[] } = {},
): Random {
  const indices = [...(script.weighted ?? [])];
  const draws = [...(script.next ?? [])];
  const next = () => draws.shift() ?? 0;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    pick: (items) => {
      if (items.length === 0) throw new Error('pick from an empty list');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    shuffle: (items) => [...items],
    sample: (items, k) => items.slice(0, k),
    weighted: (weights) => {
      const index = indices.shift() ?? 0;
      if (!((weights[index] ?? 0) > 0))
        throw new Error(`weight ${index} of ${JSON.stringify(weights)} is not positive`);
      return index;
    },
  };
}
