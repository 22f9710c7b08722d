import { mix32, wordShingles } from './word-shingles.ts';

/** Values of a signature. The standard error of an estimated similarity is at most 0.5 / √SIGNATURE = 0.09. */
export const SIGNATURE = 32;

// Multiply-add hash functions modulo 2^32, one per value of a signature.
const FACTORS = Uint32Array.from({ length: SIGNATURE }, (_, i) => mix32(i * 2 + 1) | 1);
const OFFSETS = Uint32Array.from({ length: SIGNATURE }, (_, i) => mix32(0x9e3779b9 ^ i));
const minima = new Uint32Array(SIGNATURE);

/**
 * MinHash signature of a text over its word shingles (Broder 1997), 16 bits of each minimum kept (b-bit minwise hashing, Li and König
 * 2010). The share of equal values estimates the Jaccard similarity of the shingle sets. False when the
 * text has no word: then the signature says nothing.
 */
export function minHash(text: string, into: Uint16Array): boolean {
  const shingles = wordShingles(text);
  minima.fill(0xffffffff);
  for (const shingle of shingles) {
    for (let i = 0; i < SIGNATURE; i++) {
      const value = (Math.imul(shingle, FACTORS[i] ?? 1) + (OFFSETS[i] ?? 0)) >>> 0;
      if (value < (minima[i] ?? 0)) minima[i] = value;
    }
  }
  // The high bits of a minimum are nearly always 0; the low ones tell texts apart.
  for (let i = 0; i < SIGNATURE; i++) into[i] = (minima[i] ?? 0) & 0xffff;
  return shingles.length > 0;
}
