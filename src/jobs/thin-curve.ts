interface Point {
  readonly seq: number;
  readonly best: string;
  readonly kind: string;
  readonly score: number | null;
}

/**
 * The numbers of the points that tell a curve in about `most`: its first and last, every one at which the best so far changes, and what room is left spread
 * over the others. Steps are never left out, even when they alone are more than `most`.
 */
export function thinnedCurve(points: readonly Point[], most: number): number[] {
  if (points.length <= most) return points.map(({ seq }) => seq);
  const isStep = (index: number) => {
    const [before, point] = [points[index - 1], points[index]];
    return before?.best !== point?.best || before?.score !== point?.score || before?.kind !== point?.kind;
  };
  const kept = new Set<number>();
  points.forEach((_, index) => {
    if (index === 0 || index === points.length - 1 || isStep(index)) kept.add(index);
  });
  const others = points.map((_, index) => index).filter((index) => !kept.has(index));
  const room = Math.max(0, most - kept.size);
  for (let place = 0; place < room; place++) {
    const index = others[Math.floor(((place + 0.5) * others.length) / room)];
    if (index !== undefined) kept.add(index);
  }
  return points.flatMap(({ seq }, index) => (kept.has(index) ? [seq] : []));
}
