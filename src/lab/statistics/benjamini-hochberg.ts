/**
 * Benjamini–Hochberg adjustment (1995): p-values that may each be held against q while the expected share of false ones among the
 * rejected stays below it (independent or positively dependent tests). Same order as given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(0);
  let running = 1;
  order.forEach((index, position) => {
    const rank = pValues.length - position;
    running = Math.min(running, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = running;
  });
  return adjusted;
}
