import type { Objective } from '../../domain/objective.ts';
import type { MetricVerdict } from '../../domain/verdict.ts';
import type { MetricSummary } from '../../lab/aggregate.ts';
import type { ReportFacts } from './facts.ts';

/** The headline metric of the baseline and of the shown candidate, wherever it was measured. */
export interface HeadlineFigures {
  readonly metric: string;
  readonly goal: Objective['goal'];
  readonly validation: { readonly baseline: MetricSummary | null; readonly shown: MetricSummary | null };
  readonly sealed: MetricVerdict | null;
  /** Gain on validation minus gain on the sealed rows: what choosing the best of many made of chance. Null without both. */
  readonly optimism: number | null;
}

/** The facts with what the report decided to show. */
export interface ShownFacts extends ReportFacts {
  readonly shownId: string;
  readonly headline: HeadlineFigures;
}
