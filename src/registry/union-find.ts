/** Disjoint sets of 0…n−1, path halving and union by smaller index: the root is the smallest member. */
export class UnionFind {
  readonly #parents: Uint32Array;

  constructor(size: number) {
    this.#parents = Uint32Array.from({ length: size }, (_, i) => i);
  }

  root(item: number): number {
    const parents = this.#parents;
    let at = item;
    for (;;) {
      const parent = parents[at] ?? at;
      if (parent === at) return at;
      const grand = parents[parent] ?? parent;
      parents[at] = grand;
      at = grand;
    }
  }

  union(a: number, b: number): void {
    const left = this.root(a);
    const right = this.root(b);
    if (left !== right) this.#parents[Math.max(left, right)] = Math.min(left, right);
  }
}
