/** The runs of `n` tokens, in order. No token may hold a space. */
export function ngrams(tokens: readonly string[], n: number): string[] {
  const found: string[] = [];
  for (let start = 0; start + n <= tokens.length; start += 1) found.push(tokens.slice(start, start + n).join(' '));
  return found;
}

/** How often each item occurs. */
export function countEach(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
