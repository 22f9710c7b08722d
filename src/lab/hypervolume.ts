/** One value per dimension, each a gain over the reference point; more is better. */
export type Gains = readonly number[];

/** Boxes that are looked at before the answer is given up: the number grows exponentially with the dimensions. */
const MOST_BOXES = 200_000;

/**
 * The exact volume that is dominated by these points, between them and the reference point at zero (WFG: While, Bradstreet, Barone 2012).
 * A point that is not better than the reference everywhere adds nothing. Null when it would take too long.
 */
export function hypervolume(points: readonly Gains[]): number | null {
  const work = { boxes: 0 };
  const volume = volumeOf(nonDominated(points.filter((gains) => gains.every((gain) => gain > 0))), work);
  return work.boxes > MOST_BOXES ? null : volume;
}

/** Exclusive volumes one after the other: what each point adds to those behind it. */
function volumeOf(points: readonly Gains[], work: { boxes: number }): number {
  const sorted = [...points].sort((a, b) => (b[0] ?? 0) - (a[0] ?? 0));
  let volume = 0;
  for (const [index, point] of sorted.entries()) {
    work.boxes += 1;
    if (work.boxes > MOST_BOXES) return volume;
    const behind = sorted.slice(index + 1).map((other) => other.map((gain, at) => Math.min(gain, point[at] ?? 0)));
    volume += point.reduce((product, gain) => product * gain, 1) - volumeOf(nonDominated(behind), work);
  }
  return volume;
}

/** Without points that another one is at least as good as everywhere; of equal points one stays. */
export function nonDominated(points: readonly Gains[]): Gains[] {
  const covers = (a: Gains, b: Gains) => a.every((gain, at) => gain >= (b[at] ?? 0));
  return points.filter(
    (point, index) =>
      !points.some((other, at) => at !== index && covers(other, point) && (!covers(point, other) || at < index)),
  );
}
