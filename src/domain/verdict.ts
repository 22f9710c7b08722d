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

export interface Verdict {
  readonly decision: 'promote' | 'do_not_promote' | 'inconclusive';
  /** One sentence. */
  readonly reason: string;
  readonly metrics: readonly MetricVerdict[];
}
