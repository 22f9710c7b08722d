import type { Objective } from '../../domain/objective.ts';
import type { CurvePointKind } from '../../domain/record.ts';
import type { MetricVerdict } from '../../domain/verdict.ts';
import type { ReportFacts } from './facts.ts';
import type { SeenFigures } from './seen.ts';

/** The headline metric of the baseline and of the shown candidate, wherever it was measured. */
export interface HeadlineFigures {
  readonly metric: string;
  readonly goal: Objective['goal'];
  /** As the search knew them last; the two may stand on different rows. */
  readonly seen: { readonly baseline: SeenFigures | null; readonly shown: SeenFigures | null };
  readonly sealed: MetricVerdict | null;
  /**
   * Gain that the search saw, by the last points of its curve, minus gain on the sealed rows: what choosing the best of many made of chance.
   * Null without both, or when the two points do not stand on the same kind of rows.
   */
  readonly optimism: number | null;
  /** The rows behind the gain that the search saw. */
  readonly sawOn: CurvePointKind | null;
}

/** The facts with what the report decided to show. */
export interface ShownFacts extends ReportFacts {
  readonly shownId: string;
  readonly headline: HeadlineFigures;
}
