import type { CurvePointKind } from '../../domain/record.ts';
import type { Interval } from '../../domain/verdict.ts';
import type { ReportFacts } from './facts.ts';

/** A metric of a candidate as the search knew it last. */
export interface SeenFigures {
  /** `validation`: all of the validation rows; `screening`: the rows that the search had looked at, some under an ancestor's text. */
  readonly kind: CurvePointKind;
  /** Null when nothing could be measured. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Rows the value stands on; null when the record does not say. */
  readonly rows: number | null;
  /** Validation rows without a score; null for screening. */
  readonly missing: number | null;
}

/** Each candidate's last point of the curve. */
export const lastPoints = (curve: ReportFacts['curve']): ReadonlyMap<string, ReportFacts['curve'][number]> =>
  new Map(curve.map((point) => [point.candidateId, point]));

/** The objectives of a candidate as the search knew them last, by metric; null when it was in no point of the curve. */
export type SeenOf = (candidateId: string) => Readonly<Record<string, SeenFigures>> | null;

export function seenBySearch({ candidates, curve, job }: Pick<ReportFacts, 'candidates' | 'curve' | 'job'>): SeenOf {
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const pointOf = lastPoints(curve);
  return (candidateId) => {
    const validation = byId.get(candidateId)?.validation;
    const point = pointOf.get(candidateId);
    if (!validation && !point) return null;
    return Object.fromEntries(
      job.objectives.map(({ metric }): [string, SeenFigures] => {
        const figures = validation?.[metric];
        if (figures) return [metric, { kind: 'validation', ...figures }];
        return [
          metric,
          {
            kind: point?.kind ?? 'screening',
            value: point?.objectives[metric] ?? null,
            interval: point?.intervals?.[metric] ?? null,
            // A point counts the rows of the best candidate.
            rows: point?.best === candidateId ? point.rows : null,
            missing: null,
          },
        ];
      }),
    );
  };
}

/** On what rows a figure stands, for running text. */
export const standsOn = ({ kind, rows }: Pick<SeenFigures, 'kind' | 'rows'>): string => {
  const many = rows === null ? '' : `${rows} `;
  return kind === 'validation' ? `${many}validation rows` : `${many}rows that the search looked at (screening)`;
};
