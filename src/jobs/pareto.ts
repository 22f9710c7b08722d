import { headlineOf, type MetricValues, type Objective } from '../domain/objective.ts';
import type { CurvePointKind } from '../domain/record.ts';
import { metricRef } from '../lab/aggregate.ts';
import { isOperational } from '../lab/aggregate-values.ts';
import { type Gains, hypervolume, nonDominated } from '../lab/hypervolume.ts';

interface Placed {
  readonly objectives: MetricValues;
  /** How far it breaks the hard constraints; 0 = feasible. */
  readonly violation: number;
}

/**
 * The non-dominated candidates among those whose score stands: no other one is at least as good on every objective and better on one.
 * Feasible candidates only, unless none is. Best headline first.
 */
export function paretoFrontier<T extends Placed>(points: readonly T[], objectives: readonly Objective[]): T[] {
  const feasible = points.filter((point) => point.violation === 0);
  const pool = feasible.length > 0 ? feasible : points;
  const placed = pool.map((point) => ({
    point,
    values: objectives.map((objective) => oriented(point.objectives, objective)),
  }));
  // Whoever dominates another one comes before it: only the front so far has to be looked at.
  const front: typeof placed = [];
  for (const each of placed.toSorted((x, y) => firstDifference(y.values, x.values)))
    if (!front.some((other) => dominates(other.values, each.values))) front.push(each);
  const kept = new Set(front);
  const headline = headlineOf(objectives);
  return placed
    .filter((each) => kept.has(each))
    .map(({ point }) => point)
    .sort((x, y) => oriented(y.objectives, headline) - oriented(x.objectives, headline));
}

/** Differences of two missing values are no number, and no difference. */
function dominates(a: readonly number[], b: readonly number[]): boolean {
  const differences = a.map((value, index) => value - (b[index] ?? 0));
  return differences.every((d) => !(d < 0)) && differences.some((d) => d > 0);
}

const firstDifference = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - (b[index] ?? 0)).find((d) => d > 0 || d < 0) ?? 0;

const oriented = (values: MetricValues, { metric, goal }: Objective): number => {
  const value = values[metric] ?? null;
  return value === null ? Number.NEGATIVE_INFINITY : goal === 'maximize' ? value : -value;
};

/**
 * The frontier at the end of a curve: each candidate as it was told of last, and of the kinds of rows that scores stand on the one that the
 * curve ends with. The two are never compared.
 */
export function finalFrontier<T extends Placed & { readonly candidateId: string; readonly kind: CurvePointKind }>(
  curve: readonly T[],
  objectives: readonly Objective[],
): T[] {
  const kind = curve.at(-1)?.kind;
  const last = new Map(curve.filter((point) => point.kind === kind).map((point) => [point.candidateId, point]));
  return paretoFrontier([...last.values()], objectives);
}

/**
 * What a gain is counted from, by objective: its limit; without one the baseline's value, worse by the margin that is allowed. Null where
 * the baseline has no value.
 */
export function referenceOf(objectives: readonly Objective[], baseline: MetricValues): MetricValues {
  return Object.fromEntries(
    objectives.map(({ metric, goal, limit, notWorseThanBaseline = 0 }) => {
      const value = baseline[metric] ?? null;
      const margin = goal === 'maximize' ? -notWorseThanBaseline : notWorseThanBaseline;
      return [metric, limit ?? (value === null ? null : value + margin)];
    }),
  );
}

interface Archive {
  readonly reference: MetricValues;
  points: readonly Gains[];
  volume: number | null;
  readonly standings: Map<string, Placed & { readonly candidateId: string }>;
}

export interface ArchiveState {
  /** Of everything feasible that was told so far; null with one objective, without a reference, or when it is too much to reckon. */
  readonly hypervolume: number | null;
  /** Candidates that no other one dominates now, best headline first; none with one objective. */
  readonly front: readonly string[];
}

/** The non-dominated candidates of a search, as it tells of them. Scores that stand on different kinds of rows are kept apart. */
export class ParetoArchive {
  readonly #objectives: readonly Objective[];
  readonly #archives = new Map<CurvePointKind, Archive>();

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /** The first one of a kind is the baseline, if it is told of at all: it is what gains are counted from. */
  add(kind: CurvePointKind, candidateId: string, placed: Placed): ArchiveState {
    const objectives = this.#objectives;
    if (objectives.length < 2) return { hypervolume: null, front: [] };
    const archive = this.#archives.get(kind) ?? {
      reference: candidateId === 'c0' ? referenceOf(objectives, placed.objectives) : {},
      points: [],
      volume: 0,
      standings: new Map(),
    };
    this.#archives.set(kind, archive);
    archive.standings.set(candidateId, { candidateId, ...placed });
    this.#count(archive, placed);
    return {
      hypervolume: this.#hasReference(archive) ? archive.volume : null,
      front: paretoFrontier([...archive.standings.values()], objectives).map((each) => each.candidateId),
    };
  }

  #hasReference({ reference }: Archive): boolean {
    return this.#objectives.every(({ metric }) => (reference[metric] ?? null) !== null);
  }

  #count(archive: Archive, { objectives: values, violation }: Placed): void {
    if (violation > 0 || !this.#hasReference(archive)) return;
    const gains = this.#objectives.map((objective) => {
      const { metric } = objective;
      const gain = oriented(values, objective) - oriented(archive.reference, objective);
      // Tokens, dollars and milliseconds as a share of the reference, so that no unit outweighs the scores.
      const unit = isOperational(metricRef(metric).base) ? Math.abs(archive.reference[metric] ?? 1) || 1 : 1;
      return gain / unit;
    });
    archive.points = nonDominated([...archive.points, gains]);
    const volume = hypervolume(archive.points);
    // What was dominated stays dominated: a difference downwards is rounding.
    archive.volume = volume === null ? null : Math.max(volume, archive.volume ?? 0);
  }
}
