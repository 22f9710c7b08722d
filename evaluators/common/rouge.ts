import { z } from 'zod';

/** Words of each text that are compared. */
const MAX_WORDS = 4_000;
/** Expected texts of which the best counts. */
export const MAX_REFERENCES = 10;

export const betaOption = z
  .number()
  .min(0)
  .max(100)
  .default(1)
  .describe('Weight of recall against precision; 1 is the F1 that most tools report.');

/** Words as ROUGE counts them: lower-cased runs of letters and digits, the first 4,000. */
export function rougeWords(text: string): string[] {
  const found: string[] = [];
  for (const match of text.toLowerCase().matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    found.push(match[0]);
    if (found.length === MAX_WORDS) break;
  }
  return found;
}

export interface Overlap {
  readonly f: number;
  readonly precision: number;
  readonly recall: number;
}

/** (1 + β²)·P·R / (R + β²·P) of `common` units out of `found` and `expected` ones. When either has none it is 1 if both have none, else 0. */
export function overlapOf(common: number, found: number, expected: number, beta: number): Overlap {
  if (found === 0 || expected === 0) {
    const same = found === expected ? 1 : 0;
    return { f: same, precision: same, recall: same };
  }
  const precision = common / found;
  const recall = common / expected;
  const weight = beta * beta;
  const f = common === 0 ? 0 : ((1 + weight) * precision * recall) / (recall + weight * precision);
  return { f, precision, recall };
}
