import { createHash } from 'node:crypto';

/**
 * Where each row id was first seen, in about 32 bytes per row whatever the ids are: an open-addressing table of 64-bit hashes
 * (two ids of a million share one with a probability of 3e-8).
 */
export class SeenIds {
  #hashes = new BigUint64Array(1024);
  #places = new Uint32Array(1024);
  #count = 0;

  /** Remembers the id; returns the place (from 1) at which it was seen before, or 0. */
  add(id: string, place: number): number {
    if (this.#count * 2 >= this.#hashes.length) this.#grow();
    const hash = createHash('sha256').update(id).digest().readBigUInt64LE(0);
    const slot = this.#slot(this.#hashes, this.#places, hash);
    const seen = this.#places[slot] ?? 0;
    if (seen > 0) return seen;
    this.#hashes[slot] = hash;
    this.#places[slot] = place;
    this.#count += 1;
    return 0;
  }

  /** The slot that holds the hash, or the free one where it belongs (linear probing). */
  #slot(hashes: BigUint64Array, places: Uint32Array, hash: bigint): number {
    const mask = hashes.length - 1;
    let slot = Number(hash & BigInt(mask));
    while (places[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const hashes = new BigUint64Array(this.#hashes.length * 2);
    const places = new Uint32Array(hashes.length);
    this.#hashes.forEach((hash, old) => {
      const place = this.#places[old] ?? 0;
      if (place === 0) return;
      const slot = this.#slot(hashes, places, hash);
      hashes[slot] = hash;
      places[slot] = place;
    });
    this.#hashes = hashes;
    this.#places = places;
  }
}
