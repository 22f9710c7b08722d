/** Overlap of two token lists as multisets, and the tokens that only one of them has. */
export interface BagOverlap {
  readonly shared: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** In the expected answer, not in the output. */
  readonly missing: readonly string[];
  /** In the output, not in the expected answer. */
  readonly extra: readonly string[];
}

/** When either list is empty the overlap is 1 if both are, else 0 (the rule of SQuAD 2.0). */
export function bagOverlap(found: readonly string[], expected: readonly string[]): BagOverlap {
  const open = new Map<string, number>();
  for (const token of expected) open.set(token, (open.get(token) ?? 0) + 1);
  const extra: string[] = [];
  for (const token of found) {
    const left = open.get(token) ?? 0;
    if (left > 0) open.set(token, left - 1);
    else extra.push(token);
  }
  const missing = [...open].flatMap(([token, left]) => (left > 0 ? [token] : []));
  const shared = found.length - extra.length;
  if (found.length === 0 || expected.length === 0) {
    const same = found.length === expected.length ? 1 : 0;
    return { shared, precision: same, recall: same, f1: same, missing, extra };
  }
  const precision = shared / found.length;
  const recall = shared / expected.length;
  const f1 = shared === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { shared, precision, recall, f1, missing, extra };
}
