export interface Interval {
  readonly low: number;
  readonly high: number;
  /** e.g. 0.95 */
  readonly level: number;
}

/** Paired comparison of one metric between winner and baseline on the sealed rows. Differences are winner − baseline, positive = better. */
export interface MetricVerdict {
  readonly metric: string;
  readonly baseline: number | null;
  readonly winner: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Adjusted for the number of finalists (Holm). */
  readonly pValue: number | null;
  readonly rows: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly missing: number;
}

/** What the sealed rows say about one hard constraint of the finalist. */
export interface ConstraintVerdict {
  /** The metric, with its cohort. */
  readonly metric: string;
  readonly rule: 'limit' | 'not-worse-than-baseline';
  /** The limit, or the margin. */
  readonly allowed: number;
  /** `doubtful` and `missing` make a verdict inconclusive, `broken` decides it; `under-powered` is told and does not stop it. */
  readonly status: 'holds' | 'under-powered' | 'doubtful' | 'broken' | 'missing';
  readonly baseline: number | null;
  readonly winner: number | null;
  /** Positive = better. */
  readonly difference: number | null;
  /** The largest loss that the rows do not exclude (one-sided 95 %); null for a limit. */
  readonly worstLoss: number | null;
  /** Of a loss beyond the margin, corrected for the number of such constraints (Holm); null for a limit. */
  readonly pValue: number | null;
  readonly rows: number;
  readonly wins: number;
  readonly losses: number;
  readonly missing: number;
  /** Rows of this metric or cohort that would tell, when these are too few. */
  readonly rowsNeeded: number | null;
}

export interface Verdict {
  readonly decision: 'promote' | 'do_not_promote' | 'inconclusive';
  /** One sentence. */
  readonly reason: string;
  readonly metrics: readonly MetricVerdict[];
  /** The hard constraints of the finalist that the verdict speaks of, one per rule and cohort. */
  readonly constraints: readonly ConstraintVerdict[];
  /** Candidates that were compared with the baseline, the search's first choice first. */
  readonly finalists: readonly string[];
  /** Runs of each sealed row; some rows may have one more. */
  readonly repeats: number;
  /** What would decide an inconclusive verdict: this many sealed rows, or this many runs of each; null = none that can be named. */
  readonly needed: { readonly rows: number | null; readonly repeats: number | null } | null;
}
