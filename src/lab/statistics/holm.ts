/**
 * Holm's step-down adjustment (1979): p-values that may each be held against alpha while the chance of any false rejection stays below
 * it, whatever their dependence. Same order as given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(0);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = running;
  });
  return adjusted;
}
