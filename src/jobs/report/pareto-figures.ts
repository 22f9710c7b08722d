import type { MetricValues } from '../../domain/objective.ts';
import type { CurvePointKind } from '../../domain/record.ts';
import type { Interval } from '../../domain/verdict.ts';
import { referenceOf } from '../pareto.ts';
import type { ReportFacts } from './facts.ts';
import { lastPoints } from './seen.ts';

/** The final frontier of a job with several objectives. */
export interface ParetoFigures {
  /** The rows behind the hypervolume. */
  readonly kind: CurvePointKind;
  /** What gains are counted from, by objective. */
  readonly reference: MetricValues;
  /** Of everything feasible that the search told; null when it could not be reckoned. */
  readonly hypervolume: number | null;
  /** Best headline first. */
  readonly front: readonly {
    readonly candidateId: string;
    readonly values: Readonly<Record<string, { readonly value: number | null; readonly interval: Interval | null }>>;
  }[];
}

/** Null with one objective, and before anything was measured. */
export function paretoFigures({ job, curve, frontier, baselineId }: ReportFacts): ParetoFigures | null {
  const last = curve.at(-1);
  if (job.objectives.length < 2 || !last) return null;
  const baseline = curve.find((point) => point.candidateId === baselineId && point.kind === last.kind);
  const pointOf = lastPoints(curve);
  return {
    kind: last.kind,
    reference: referenceOf(job.objectives, baseline?.objectives ?? {}),
    hypervolume: last.hypervolume,
    front: frontier.flatMap((candidateId) => {
      const point = pointOf.get(candidateId);
      if (!point) return [];
      const values = job.objectives.map(({ metric }) => [
        metric,
        { value: point.objectives[metric] ?? null, interval: point.intervals?.[metric] ?? null },
      ]);
      return [{ candidateId, values: Object.fromEntries(values) }];
    }),
  };
}
