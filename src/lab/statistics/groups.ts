/** Sums and counts of values by group key, in order of first appearance; without keys every value is a group of its own. */
export function groupSums(
  values: readonly number[],
  groups?: readonly string[] | undefined,
): { readonly sums: Float64Array; readonly counts: Float64Array } {
  if (groups === undefined) return { sums: Float64Array.from(values), counts: new Float64Array(values.length).fill(1) };
  if (groups.length !== values.length) {
    throw new RangeError(`groupSums: ${values.length} values but ${groups.length} group keys; give one key per value`);
  }
  const index = new Map<string, number>();
  for (const key of groups) if (!index.has(key)) index.set(key, index.size);
  const sums = new Float64Array(index.size);
  const counts = new Float64Array(index.size);
  values.forEach((value, i) => {
    const at = index.get(groups[i] ?? '') ?? 0;
    sums[at] = (sums[at] ?? 0) + value;
    counts[at] = (counts[at] ?? 0) + 1;
  });
  return { sums, counts };
}

/**
 * Standard deviation per row that, divided by √rows, gives the standard error of the mean under this grouping (linearised cluster
 * estimate; the plain sample deviation without groups). Null with fewer than two groups.
 */
export function effectiveSd(values: readonly number[], groups?: readonly string[] | undefined): number | null {
  const { sums, counts } = groupSums(values, groups);
  const k = sums.length;
  if (k < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let squares = 0;
  for (let i = 0; i < k; i++) squares += ((sums[i] ?? 0) - (counts[i] ?? 0) * mean) ** 2;
  return Math.sqrt((squares / values.length) * (k / (k - 1)));
}

export interface ClusteredMean {
  readonly mean: number;
  /** Of the mean, groups taken as what varies independently. */
  readonly standardError: number;
  /** Groups. */
  readonly units: number;
  /** Variance of the mean over what it would be if every row varied alone: 1 without grouping effect. Null without spread. */
  readonly designEffect: number | null;
}

/** Mean with a clustered standard error (Liang & Zeger 1986; for evaluations Miller 2024, arXiv:2411.00640, §2.2). Null with fewer than two groups. */
export function clusteredMean(values: readonly number[], groups?: readonly string[] | undefined): ClusteredMean | null {
  const sd = effectiveSd(values, groups);
  const alone = effectiveSd(values);
  if (sd === null || alone === null) return null;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    standardError: sd / Math.sqrt(values.length),
    units: groups === undefined ? values.length : new Set(groups).size,
    designEffect: alone === 0 ? null : (sd / alone) ** 2,
  };
}
